import { bits, field, flag } from "./fields.ts";
import { chipIdentity, macAt } from "./identity.ts";
import type { ChipDescriptor, ChipIdentity, RegisterWords } from "./types.ts";

const BLOCK1 = 0x20715050;
const WORD3 = BLOCK1 + 12;
const WORD4 = BLOCK1 + 16;

/** ESP32-S31: BLOCK0 has nine words, so BLOCK1 starts at +50; five keys. Fact sheet section 4. */
export const ESP32S31: ChipDescriptor = {
  id: "esp32s31",
  name: "ESP32-S31",
  imageChipId: 32,
  magicValue: null,
  magicRegister: 0x40001000,
  bootloaderOffset: 0x2000,
  uf2FamilyId: 0x3101f7c1,
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
  mmuPageSizes: [0x8000, 0x10000, 0x20000, 0x40000],
  stubs: [{ name: "esp32s31", fromRevision: 0 }],
  stubUnderSecureBoot: { kind: "start" },
  stubBeyond16MiB: false,
  spi: {
    base: 0x20501000,
    usr: 0x18,
    usr1: 0x1c,
    usr2: 0x20,
    mosiLength: 0x24,
    misoLength: 0x28,
    w0: 0x58,
    addressLeftAligned: false,
  },
  // The crystal is fixed, so no divider is ever read.
  uart: { clockDivider: null, clockDividerMask: 0xfffff, date: 0x2038a08c },
  crystal: { kind: "fixed", mhz: 40 },
  usb: { serialJtag: true, otgProductId: 0x0020, otgBlockSize: 0x800 },
  // The super watchdog does not stand in the way of the loader.
  watchdogs: {
    config0: 0x20801000,
    config1: 0x20801004,
    writeProtect: 0x20801018,
    key: 0x50d83aa1,
    superWatchdog: null,
    canReset: true,
  },
  hardReset: {
    otgWatchdog: "always",
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
  bootStrap: null,
  efuseBase: 0x20715000,
  efuseBlock0: 0x20715030,
  efuseBlock1: 0x20715050,
  efuseBlock2: 0x20715068,
  security: {
    manualEncryptDisabled: flag(0x20715030, 20),
    cryptCount: field(0x20715034, 23, 21),
    secureBootV1: null,
    secureBootV2: { register: 0x2071503c, shift: 2, mask: 0x1, sinceRevision: 0 },
    keyManager: { register: 0x20715034, shift: 12, mask: 0x2 },
    cryptConfig: null,
    keyPurposeFields: [
      field(0x20715038, 4, 0),
      field(0x20715038, 9, 5),
      field(0x20715038, 14, 10),
      field(0x20715038, 19, 15),
      field(0x20715038, 24, 20),
    ],
    keyPurposes: {
      0: "USER/EMPTY",
      1: "ECDSA_KEY",
      2: "XTS_AES_256_KEY_1",
      3: "XTS_AES_256_KEY_2",
      4: "XTS_AES_128_KEY",
      5: "HMAC_DOWN_ALL",
      6: "HMAC_DOWN_JTAG",
      7: "HMAC_DOWN_DIGITAL_SIGNATURE",
      8: "HMAC_UP",
      9: "SECURE_BOOT_DIGEST0",
      10: "SECURE_BOOT_DIGEST1",
      11: "SECURE_BOOT_DIGEST2",
      12: "KM_INIT_KEY",
      13: "XTS_AES_256_PSRAM_KEY_1",
      14: "XTS_AES_256_PSRAM_KEY_2",
      15: "XTS_AES_128_PSRAM_KEY",
      16: "ECDSA_KEY_P192",
      17: "ECDSA_KEY_P384_L",
      18: "ECDSA_KEY_P384_H",
      19: "SDC_KEY_DIGEST",
    },
    encryptionKey: { kind: "purpose", aes128: [4], aes256Pair: [2, 3] },
  },
  memoryMap: [
    { name: "PADDING", start: 0x0, end: 0x00010000 },
    { name: "DROM", start: 0x40000000, end: 0x54000000 },
    { name: "DRAM", start: 0x2f000000, end: 0x2f080000 },
    { name: "BYTE_ACCESSIBLE", start: 0x2f000000, end: 0x2f080000 },
    { name: "DROM_MASK", start: 0x2f800000, end: 0x2f850000 },
    { name: "IROM_MASK", start: 0x2f800000, end: 0x2f850000 },
    { name: "IROM", start: 0x40000000, end: 0x54000000 },
    { name: "IRAM", start: 0x2f000000, end: 0x2f080000 },
    { name: "RTC_IRAM", start: 0x2e000000, end: 0x2e008000 },
    { name: "RTC_DRAM", start: 0x2e000000, end: 0x2e008000 },
  ],
  iromWindow: { start: 0x40000000, end: 0x54000000 },
  dromWindow: { start: 0x40000000, end: 0x54000000 },
  spiPins: { allowed: [[0, 60]], highestHd: null, warned: [33, 34] },
  flashType: null,
  flashVoltage: null,

  identityRegisters: [BLOCK1, BLOCK1 + 4, WORD3, WORD4],
  identify,
  mac: macAt(BLOCK1),
  chipNumber: null,
  stubDisabled: () => false,
  romBaud: null,
  keepsBaudInSecureDownload: false,
  flashPower: null,
};

function identify(word: RegisterWords): ChipIdentity {
  const word3 = word(WORD3);
  const word4 = word(WORD4);
  const packageVersion = bits(word4, 7, 6);
  return chipIdentity({
    packageName: packageVersion === 0 ? "ESP32-S31" : "unknown ESP32-S31",
    majorRevision: bits(word3, 23, 22),
    minorRevision: bits(word3, 21, 18),
    packageVersion,
    features: ["Wi-Fi 6", "BT 5.4 (LE)", "IEEE802.15.4", "Dual Core + LP Core", "300MHz"],
  });
}
