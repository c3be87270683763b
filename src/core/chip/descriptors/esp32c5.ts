import { bits, field, flag } from "../fields.ts";
import { chipIdentity, macWithExtensionAt } from "../identity.ts";
import type { ChipDescriptor, ChipIdentity, RegisterWords } from "../types.ts";

const BLOCK1 = 0x600b4844;
const WORD2 = BLOCK1 + 8;
/** What the ROM takes its crystal for, in MHz, in bits 30-24 (fact sheet 3.9). */
const PCR_SYSCLK_CONF = 0x60096110;

/** ESP32-C5: 40 or 48 MHz crystal, key manager. Fact sheet section 4. */
export const ESP32C5: ChipDescriptor = {
  id: "esp32c5",
  name: "ESP32-C5",
  instructionSet: "riscv",
  imageChipId: 23,
  magicValue: null,
  magicRegister: 0x40001000,
  bootloaderOffset: 0x2000,
  uf2FamilyId: 0xf71c0343,
  flashSizes: {
    "1MB": 0x00,
    "2MB": 0x10,
    "4MB": 0x20,
    "8MB": 0x30,
    "16MB": 0x40,
    "32MB": 0x50,
    "64MB": 0x60,
    "128MB": 0x70,
  },
  flashFrequencies: { "80m": 0xf, "40m": 0x0, "20m": 0x2 },
  legacyMinimumRevision: "major",
  encryptedWriteAlignment: 16,
  mmuPageSizes: [0x10000],
  stubs: [{ name: "esp32c5", fromRevision: 0 }],
  stubUnderSecureBoot: { kind: "start" },
  stubBeyond16MiB: true,
  spi: {
    base: 0x60003000,
    usr: 0x18,
    usr1: 0x1c,
    usr2: 0x20,
    mosiLength: 0x24,
    misoLength: 0x28,
    w0: 0x58,
    addressLeftAligned: false,
  },
  uart: { clockDivider: 0x60000014, clockDividerMask: 0xfffff, date: 0x6000007c },
  crystal: { kind: "measured", divider: 1 },
  usb: { serialJtag: true, otgProductId: null, otgBlockSize: null },
  watchdogs: {
    config0: 0x600b1c00,
    config1: 0x600b1c04,
    writeProtect: 0x600b1c18,
    key: 0x50d83aa1,
    superWatchdog: { config: 0x600b1c1c, writeProtect: 0x600b1c20, key: 0x50d83aa1, autoFeed: 0x00040000 },
    canReset: true,
  },
  hardReset: {
    otgWatchdog: "never",
    strap: null,
    forceDownload: null,
    clearForceDownload: false,
    slowTimingOn: "serial-jtag",
  },
  rom: {
    statusLength: 4,
    hasSecurityInfo: true,
    securityInfoLength: 20,
    canChangeBaud: true,
    hasFlashCommands: true,
    hasEncryptedWord: true,
    eraseSizeBug: false,
    spiPadsInEfuse: false,
    hasSecureDownloadMode: true,
  },
  bootStrap: { gpio: "GPIO28", second: "GPIO27 high" },
  efuseBase: 0x600b4800,
  efuseBlock0: 0x600b4830,
  efuseBlock1: 0x600b4844,
  efuseBlock2: 0x600b485c,
  security: {
    manualEncryptDisabled: flag(0x600b4830, 20),
    cryptCount: field(0x600b4834, 18, 16),
    secureBootV1: null,
    secureBootV2: { register: 0x600b4838, shift: 25, mask: 0x1, sinceRevision: 0 },
    keyManager: { register: 0x600b4834, shift: 10, mask: 0x2 },
    cryptConfig: null,
    keyPurposeFields: [
      field(0x600b4834, 26, 22),
      field(0x600b4834, 31, 27),
      field(0x600b4838, 4, 0),
      field(0x600b4838, 9, 5),
      field(0x600b4838, 14, 10),
      field(0x600b4838, 19, 15),
    ],
    keyPurposes: {
      0: "USER/EMPTY",
      1: "ECDSA_KEY",
      4: "XTS_AES_128_KEY",
      5: "HMAC_DOWN_ALL",
      6: "HMAC_DOWN_JTAG",
      7: "HMAC_DOWN_DIGITAL_SIGNATURE",
      8: "HMAC_UP",
      9: "SECURE_BOOT_DIGEST0",
      10: "SECURE_BOOT_DIGEST1",
      11: "SECURE_BOOT_DIGEST2",
      12: "KM_INIT_KEY",
      15: "XTS_AES_128_PSRAM_KEY",
      16: "ECDSA_KEY_P192",
      17: "ECDSA_KEY_P384_L",
      18: "ECDSA_KEY_P384_H",
    },
    encryptionKey: { kind: "purpose", aes128: [4], aes256Pair: null },
  },
  memoryMap: [
    { name: "PADDING", start: 0x0, end: 0x00010000 },
    { name: "DROM", start: 0x42000000, end: 0x44000000 },
    { name: "DRAM", start: 0x40800000, end: 0x40860000 },
    { name: "BYTE_ACCESSIBLE", start: 0x40800000, end: 0x40860000 },
    { name: "DROM_MASK", start: 0x4003a000, end: 0x40040000 },
    { name: "IROM_MASK", start: 0x40000000, end: 0x4003a000 },
    { name: "IROM", start: 0x42000000, end: 0x44000000 },
    { name: "IRAM", start: 0x40800000, end: 0x40860000 },
    { name: "RTC_IRAM", start: 0x50000000, end: 0x50004000 },
    { name: "RTC_DRAM", start: 0x50000000, end: 0x50004000 },
    { name: "MEM_INTERNAL2", start: 0x600fe000, end: 0x60100000 },
  ],
  ramAlias: null,
  iromWindow: { start: 0x42000000, end: 0x44000000 },
  dromWindow: { start: 0x42000000, end: 0x44000000 },
  spiPins: { allowed: [[0, 28]], highestHd: null, warned: [13, 14] },
  flashType: null,
  flashVoltage: null,

  identityRegisters: [BLOCK1, BLOCK1 + 4, WORD2],
  identify,
  mac: macWithExtensionAt(BLOCK1),
  chipNumber: null,
  stubDisabled: () => false,
  romBaud: { registers: [PCR_SYSCLK_CONF], compute: romBaud },
  keepsBaudInSecureDownload: true,
  flashPower: null,
};

function identify(word: RegisterWords): ChipIdentity {
  const word2 = word(WORD2);
  const packageVersion = bits(word2, 28, 26);
  return chipIdentity({
    packageName: packageVersion === 0 ? "ESP32-C5" : "Unknown ESP32-C5",
    majorRevision: bits(word2, 5, 4),
    minorRevision: bits(word2, 3, 0),
    packageVersion,
    features: ["Wi-Fi 6 (dual-band)", "BT 5 (LE)", "IEEE802.15.4", "Single Core + LP Core", "240MHz"],
  });
}

/** The ROM derives its divider from the crystal it believes in; a wrong belief is made up for here. */
function romBaud(rate: number, crystalMhz: number, word: RegisterWords): number {
  const expectedMhz = bits(word(PCR_SYSCLK_CONF), 30, 24);
  if (crystalMhz === 48 && expectedMhz === 40) return Math.floor((rate * 40) / 48);
  if (crystalMhz === 40 && expectedMhz === 48) return Math.floor((rate * 48) / 40);
  return rate;
}
