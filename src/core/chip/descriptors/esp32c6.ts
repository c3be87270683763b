import { bits, field, flag } from "../fields.ts";
import { chipIdentity, macWithExtensionAt } from "../identity.ts";
import type { ChipDescriptor, ChipIdentity, RegisterWords } from "../types.ts";

const BLOCK1 = 0x600b0844;
const WORD3 = BLOCK1 + 12;
const WORD4 = BLOCK1 + 16;

/** ESP32-C6. Fact sheet section 4. */
export const ESP32C6: ChipDescriptor = {
  id: "esp32c6",
  name: "ESP32-C6",
  instructionSet: "riscv",
  imageChipId: 13,
  magicValue: null,
  magicRegister: 0x40001000,
  bootloaderOffset: 0x0,
  uf2FamilyId: 0x540ddf62,
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
  // 80m and 40m share code 0 on purpose: the ROM has only the one. Decoding 0 gives 80m, the first.
  flashFrequencies: { "80m": 0x0, "40m": 0x0, "20m": 0x2 },
  legacyMinimumRevision: "major",
  encryptedWriteAlignment: 16,
  mmuPageSizes: [0x2000, 0x4000, 0x8000, 0x10000],
  stubs: [{ name: "esp32c6", fromRevision: 0 }],
  stubUnderSecureBoot: { kind: "start" },
  stubBeyond16MiB: false,
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
  crystal: { kind: "fixed", mhz: 40 },
  usb: { serialJtag: true, otgProductId: null, otgBlockSize: null },
  watchdogs: {
    config0: 0x600b1c00,
    config1: 0x600b1c04,
    writeProtect: 0x600b1c18,
    key: 0x50d83aa1,
    superWatchdog: { config: 0x600b1c1c, writeProtect: 0x600b1c20, key: 0x50d83aa1, autoFeed: 0x00040000 },
    canReset: false,
  },
  hardReset: {
    otgWatchdog: "never",
    strap: null,
    forceDownload: null,
    clearForceDownload: false,
    slowTimingOn: "none",
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
  bootStrap: { gpio: "GPIO9", second: "GPIO8 high" },
  efuseBase: 0x600b0800,
  efuseBlock0: 0x600b0830,
  efuseBlock1: 0x600b0844,
  efuseBlock2: 0x600b085c,
  security: {
    manualEncryptDisabled: flag(0x600b0830, 20),
    cryptCount: field(0x600b0834, 20, 18),
    secureBootV1: null,
    secureBootV2: { register: 0x600b0838, shift: 20, mask: 0x1, sinceRevision: 0 },
    keyManager: null,
    cryptConfig: null,
    keyPurposeFields: [
      field(0x600b0834, 27, 24),
      field(0x600b0834, 31, 28),
      field(0x600b0838, 3, 0),
      field(0x600b0838, 7, 4),
      field(0x600b0838, 11, 8),
      field(0x600b0838, 15, 12),
    ],
    keyPurposes: {
      0: "USER/EMPTY",
      1: "RESERVED",
      4: "XTS_AES_128_KEY",
      5: "HMAC_DOWN_ALL",
      6: "HMAC_DOWN_JTAG",
      7: "HMAC_DOWN_DIGITAL_SIGNATURE",
      8: "HMAC_UP",
      9: "SECURE_BOOT_DIGEST0",
      10: "SECURE_BOOT_DIGEST1",
      11: "SECURE_BOOT_DIGEST2",
    },
    encryptionKey: { kind: "purpose", aes128: [4], aes256Pair: null },
  },
  memoryMap: [
    { name: "PADDING", start: 0x0, end: 0x00010000 },
    { name: "DROM", start: 0x42000000, end: 0x43000000 },
    { name: "DRAM", start: 0x40800000, end: 0x40880000 },
    { name: "BYTE_ACCESSIBLE", start: 0x40800000, end: 0x40880000 },
    { name: "DROM_MASK", start: 0x4004ac00, end: 0x40050000 },
    { name: "IROM_MASK", start: 0x40000000, end: 0x4004ac00 },
    { name: "IROM", start: 0x42000000, end: 0x43000000 },
    { name: "IRAM", start: 0x40800000, end: 0x40880000 },
    { name: "RTC_IRAM", start: 0x50000000, end: 0x50004000 },
    { name: "RTC_DRAM", start: 0x50000000, end: 0x50004000 },
    { name: "MEM_INTERNAL2", start: 0x600fe000, end: 0x60100000 },
  ],
  ramAlias: null,
  iromWindow: { start: 0x42000000, end: 0x42800000 },
  dromWindow: { start: 0x42800000, end: 0x43000000 },
  spiPins: { allowed: [[0, 30]], highestHd: null, warned: [12, 13] },
  flashType: null,
  flashVoltage: null,

  identityRegisters: [BLOCK1, BLOCK1 + 4, WORD3, WORD4],
  identify,
  mac: macWithExtensionAt(BLOCK1),
  chipNumber: null,
  stubDisabled: () => false,
  romBaud: null,
  keepsBaudInSecureDownload: false,
  flashPower: null,
};

function identify(word: RegisterWords): ChipIdentity {
  const word3 = word(WORD3);
  const word4 = word(WORD4);
  const packageVersion = bits(word3, 26, 24);
  const flashCode = bits(word4, 2, 0);
  return chipIdentity({
    packageName: packageName(packageVersion, flashCode),
    majorRevision: bits(word3, 23, 22),
    minorRevision: bits(word3, 21, 18),
    packageVersion,
    features: ["Wi-Fi 6", "BT 5 (LE)", "IEEE802.15.4", "Single Core + LP Core", "160MHz", embeddedFlash(flashCode)],
  });
}

/** Package 1 is sold under a name that tells its flash. */
function packageName(packageVersion: number, flashCode: number): string {
  if (packageVersion === 0) return "ESP32-C6 (QFN40)";
  if (packageVersion === 1 && flashCode === 1) return "ESP32-C6FH4 (QFN32)";
  if (packageVersion === 1 && flashCode === 2) return "ESP32-C6FH8 (QFN32)";
  return "Unknown ESP32-C6";
}

/** Code 0 reads as unknown, as it does in the reference (fact sheet 4.7): the fuse is not burned on every part. */
function embeddedFlash(flashCode: number): string {
  if (flashCode === 1) return "Embedded Flash 4MB";
  if (flashCode === 2) return "Embedded Flash 8MB";
  return "Unknown Embedded Flash";
}
