import { bit, bits, field, flag } from "../fields.ts";
import { chipIdentity, embeddedMemory, macAt } from "../identity.ts";
import type { ChipDescriptor, ChipIdentity, RegisterWords } from "../types.ts";

const BLOCK1 = 0x3f41a044;
const WORD3 = BLOCK1 + 12;
const WORD4 = BLOCK1 + 16;
const BLOCK2_WORD4 = 0x3f41a05c + 16;

/** By flash code + 100 x PSRAM code: the name tells the memory inside, not the package. */
const NAMES: Readonly<Record<number, string>> = {
  0: "ESP32-S2",
  1: "ESP32-S2FH2",
  2: "ESP32-S2FH4",
  100: "ESP32-S2R2",
  102: "ESP32-S2FNR2",
};

const MEMORY_SIZES: Readonly<Record<number, string>> = { 1: "2MB", 2: "4MB" };

const CALIBRATION: Readonly<Record<number, string>> = {
  0: "No calibration in BLK2 of efuse",
  1: "ADC and temperature sensor calibration in BLK2 of efuse V1",
  2: "ADC and temperature sensor calibration in BLK2 of efuse V2",
};

/** ESP32-S2: told by its magic word or the short security info; USB-OTG. Fact sheet section 4. */
export const ESP32S2: ChipDescriptor = {
  id: "esp32s2",
  name: "ESP32-S2",
  instructionSet: "xtensa",
  imageChipId: 2,
  magicValue: 0x000007c6,
  magicRegister: 0x40001000,
  bootloaderOffset: 0x1000,
  uf2FamilyId: 0xbfdd4eee,
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
  flashFrequencies: { "80m": 0xf, "40m": 0x0, "26m": 0x1, "20m": 0x2 },
  legacyMinimumRevision: "major",
  encryptedWriteAlignment: 16,
  mmuPageSizes: [0x10000],
  stubs: [{ name: "esp32s2", fromRevision: 0 }],
  stubUnderSecureBoot: { kind: "start" },
  stubBeyond16MiB: false,
  spi: {
    base: 0x3f402000,
    usr: 0x18,
    usr1: 0x1c,
    usr2: 0x20,
    mosiLength: 0x24,
    misoLength: 0x28,
    w0: 0x58,
    addressLeftAligned: false,
  },
  uart: { clockDivider: 0x3f400014, clockDividerMask: 0xfffff, date: 0x60000078 },
  crystal: { kind: "fixed", mhz: 40 },
  usb: { serialJtag: false, otgProductId: 0x0002, otgBlockSize: 0x800 },
  watchdogs: {
    config0: 0x3f408094,
    config1: 0x3f408098,
    writeProtect: 0x3f4080ac,
    key: 0x50d83aa1,
    superWatchdog: null,
    canReset: true,
  },
  hardReset: {
    otgWatchdog: "when-strapped-for-download",
    strap: { register: 0x3f404038, spiBootMask: 0x8 },
    forceDownload: { register: 0x3f408128, mask: 0x1 },
    clearForceDownload: false,
    slowTimingOn: "otg",
  },
  rom: {
    statusLength: 4,
    hasSecurityInfo: true,
    securityInfoLength: 12,
    canChangeBaud: true,
    hasFlashCommands: true,
    hasEncryptedWord: true,
    eraseSizeBug: false,
    spiPadsInEfuse: false,
    hasSecureDownloadMode: true,
  },
  bootStrap: { gpio: "GPIO0", second: "GPIO46 low" },
  efuseBase: 0x3f41a000,
  efuseBlock0: 0x3f41a030,
  efuseBlock1: 0x3f41a044,
  efuseBlock2: 0x3f41a05c,
  security: {
    manualEncryptDisabled: flag(0x3f41a030, 19),
    cryptCount: field(0x3f41a034, 20, 18),
    secureBootV1: null,
    secureBootV2: { register: 0x3f41a038, shift: 20, mask: 0x1, sinceRevision: 0 },
    keyManager: null,
    cryptConfig: null,
    keyPurposeFields: [
      field(0x3f41a034, 27, 24),
      field(0x3f41a034, 31, 28),
      field(0x3f41a038, 3, 0),
      field(0x3f41a038, 7, 4),
      field(0x3f41a038, 11, 8),
      field(0x3f41a038, 15, 12),
    ],
    keyPurposes: {
      0: "USER/EMPTY",
      1: "RESERVED",
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
    },
    encryptionKey: { kind: "purpose", aes128: [4], aes256Pair: [2, 3] },
  },
  memoryMap: [
    { name: "PADDING", start: 0x0, end: 0x00010000 },
    { name: "DROM", start: 0x3f000000, end: 0x3ff80000 },
    { name: "EXTRAM_DATA", start: 0x3f500000, end: 0x3ff80000 },
    { name: "RTC_DRAM", start: 0x3ff9e000, end: 0x3ffa0000 },
    { name: "BYTE_ACCESSIBLE", start: 0x3ff9e000, end: 0x40000000 },
    { name: "MEM_INTERNAL", start: 0x3ff9e000, end: 0x40072000 },
    { name: "DRAM", start: 0x3ffb0000, end: 0x40000000 },
    { name: "IROM_MASK", start: 0x40000000, end: 0x4001a100 },
    { name: "IRAM", start: 0x40020000, end: 0x40070000 },
    { name: "RTC_IRAM", start: 0x40070000, end: 0x40072000 },
    { name: "IROM", start: 0x40080000, end: 0x40800000 },
    { name: "RTC_DATA", start: 0x50000000, end: 0x50002000 },
  ],
  ramAlias: { instruction: { start: 0x40020000, end: 0x40070000 }, dataStart: 0x3ffb0000, reversed: false },
  iromWindow: { start: 0x40080000, end: 0x40b80000 },
  dromWindow: { start: 0x3f000000, end: 0x3f3f0000 },
  spiPins: {
    allowed: [
      [0, 21],
      [26, 46],
    ],
    highestHd: null,
    warned: [19, 20],
  },
  flashType: flag(0x3f41a03c, 9),
  flashVoltage: {
    rtc: null,
    efuse: { register: 0x3f41a034, force: 0x40, xpd: 0x10, tieh: 0x20 },
    strap: { register: 0x3f404038, mask: 0x10 },
  },

  identityRegisters: [BLOCK1, BLOCK1 + 4, WORD3, WORD4, BLOCK2_WORD4],
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
  const flashCode = bits(word3, 24, 21);
  const psramCode = bits(word3, 31, 28);
  return chipIdentity({
    packageName: NAMES[flashCode + 100 * psramCode] ?? "Unknown ESP32-S2",
    majorRevision: bits(word3, 19, 18),
    minorRevision: (bit(word3, 20) << 3) | bits(word4, 6, 4),
    packageVersion: bits(word4, 3, 0),
    features: [
      "Wi-Fi",
      "Single Core",
      "240MHz",
      ...memoryOrNone("Flash", flashCode),
      ...memoryOrNone("PSRAM", psramCode),
      CALIBRATION[bits(word(BLOCK2_WORD4), 6, 4)] ?? "Unknown Calibration in BLK2",
    ],
  });
}

/** This chip's list says so when there is no memory inside. */
function memoryOrNone(kind: "Flash" | "PSRAM", code: number): readonly string[] {
  return code === 0 ? [`No Embedded ${kind}`] : embeddedMemory(kind, code, MEMORY_SIZES);
}
