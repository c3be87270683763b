import { bit, bits, field, flag } from "../fields.ts";
import { chipIdentity, embeddedMemory, macAt } from "../identity.ts";
import type { ChipDescriptor, ChipIdentity, RegisterWords } from "../types.ts";

const BLOCK1 = 0x60007044;
const WORD3 = BLOCK1 + 12;
const WORD4 = BLOCK1 + 16;
const WORD5 = BLOCK1 + 20;
const BLOCK2_WORD4 = 0x6000705c + 16;

const PACKAGES: Readonly<Record<number, string>> = {
  0: "ESP32-S3 (QFN56)",
  1: "ESP32-S3-PICO-1 (LGA56)",
};

const FLASH_SIZES: Readonly<Record<number, string>> = { 1: "8MB", 2: "4MB" };
const FLASH_VENDORS: Readonly<Record<number, string>> = { 1: "XMC", 2: "GD", 3: "FM", 4: "TT", 5: "BY" };
const PSRAM_SIZES: Readonly<Record<number, string>> = { 1: "8MB", 2: "2MB", 3: "16MB", 4: "4MB" };
const PSRAM_VENDORS: Readonly<Record<number, string>> = { 1: "AP_3v3", 2: "AP_1v8" };

/** ESP32-S3: USB-OTG and USB-Serial/JTAG. Fact sheet section 4. */
export const ESP32S3: ChipDescriptor = {
  id: "esp32s3",
  name: "ESP32-S3",
  instructionSet: "xtensa",
  imageChipId: 9,
  magicValue: null,
  magicRegister: 0x40001000,
  bootloaderOffset: 0x0,
  uf2FamilyId: 0xc47e5767,
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
  stubs: [{ name: "esp32s3", fromRevision: 0 }],
  stubUnderSecureBoot: { kind: "through-flash-read", pointer: 0x3fcef688 },
  stubBeyond16MiB: true,
  spi: {
    base: 0x60002000,
    usr: 0x18,
    usr1: 0x1c,
    usr2: 0x20,
    mosiLength: 0x24,
    misoLength: 0x28,
    w0: 0x58,
    addressLeftAligned: false,
  },
  uart: { clockDivider: 0x60000014, clockDividerMask: 0xfffff, date: 0x60000080 },
  crystal: { kind: "fixed", mhz: 40 },
  usb: { serialJtag: true, otgProductId: 0x0009, otgBlockSize: 0x800 },
  watchdogs: {
    config0: 0x60008098,
    config1: 0x6000809c,
    writeProtect: 0x600080b0,
    key: 0x50d83aa1,
    superWatchdog: { config: 0x600080b4, writeProtect: 0x600080b8, key: 0x8f1d312a, autoFeed: 0x80000000 },
    canReset: true,
  },
  // The strap is not sampled again by an RTS reset, and a set force-download bit survives it.
  hardReset: {
    otgWatchdog: "when-strapped-for-download",
    strap: { register: 0x60004038, spiBootMask: 0x8 },
    forceDownload: { register: 0x6000812c, mask: 0x1 },
    clearForceDownload: true,
    slowTimingOn: "otg",
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
  bootStrap: { gpio: "GPIO0", second: "GPIO46 low" },
  efuseBase: 0x60007000,
  efuseBlock0: 0x60007030,
  efuseBlock1: 0x60007044,
  efuseBlock2: 0x6000705c,
  security: {
    manualEncryptDisabled: flag(0x60007030, 20),
    cryptCount: field(0x60007034, 20, 18),
    secureBootV1: null,
    secureBootV2: { register: 0x60007038, shift: 20, mask: 0x1, sinceRevision: 0 },
    keyManager: null,
    cryptConfig: null,
    keyPurposeFields: [
      field(0x60007034, 27, 24),
      field(0x60007034, 31, 28),
      field(0x60007038, 3, 0),
      field(0x60007038, 7, 4),
      field(0x60007038, 11, 8),
      field(0x60007038, 15, 12),
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
    { name: "DROM", start: 0x3c000000, end: 0x3d000000 },
    { name: "EXTRAM_DATA", start: 0x3d000000, end: 0x3e000000 },
    { name: "RTC_DRAM", start: 0x600fe000, end: 0x60100000 },
    { name: "BYTE_ACCESSIBLE", start: 0x3fc88000, end: 0x3fd00000 },
    { name: "MEM_INTERNAL", start: 0x3fc88000, end: 0x403e2000 },
    { name: "DRAM", start: 0x3fc88000, end: 0x3fd00000 },
    { name: "IROM_MASK", start: 0x40000000, end: 0x4001a100 },
    { name: "IRAM", start: 0x40370000, end: 0x403e0000 },
    { name: "RTC_IRAM", start: 0x600fe000, end: 0x60100000 },
    { name: "IROM", start: 0x42000000, end: 0x42800000 },
    { name: "RTC_DATA", start: 0x50000000, end: 0x50002000 },
  ],
  ramAlias: { instruction: { start: 0x40378000, end: 0x403e0000 }, dataStart: 0x3fc88000, reversed: false },
  iromWindow: { start: 0x42000000, end: 0x44000000 },
  dromWindow: { start: 0x3c000000, end: 0x3e000000 },
  spiPins: {
    allowed: [
      [0, 21],
      [26, 48],
    ],
    highestHd: 46,
    warned: [19, 20],
  },
  flashType: flag(0x6000703c, 9),
  flashVoltage: {
    rtc: null,
    efuse: { register: 0x60007034, force: 0x40, xpd: 0x10, tieh: 0x20 },
    strap: { register: 0x60004038, mask: 0x10 },
  },

  identityRegisters: [BLOCK1, BLOCK1 + 4, WORD3, WORD4, WORD5, BLOCK2_WORD4],
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
  const word5 = word(WORD5);
  const packageVersion = bits(word3, 23, 21);
  const minor = (bit(word5, 23) << 3) | bits(word3, 20, 18);
  // The first silicon carries block version 1.1 where later parts carry their revision (fact sheet 4.7).
  const isFirstSilicon = (minor & 7) === 0 && bits(word(BLOCK2_WORD4), 1, 0) === 1 && bits(word3, 26, 24) === 1;
  const psramCode = (bit(word5, 19) << 2) | bits(word4, 4, 3);
  return chipIdentity({
    packageName: PACKAGES[packageVersion] ?? "Unknown ESP32-S3",
    majorRevision: isFirstSilicon ? 0 : bits(word5, 25, 24),
    minorRevision: isFirstSilicon ? 0 : minor,
    packageVersion,
    features: [
      "Wi-Fi",
      "BT 5 (LE)",
      "Dual Core + LP Core",
      "240MHz",
      ...embeddedMemory("Flash", bits(word3, 29, 27), FLASH_SIZES, FLASH_VENDORS[bits(word4, 2, 0)]),
      ...embeddedMemory("PSRAM", psramCode, PSRAM_SIZES, PSRAM_VENDORS[bits(word4, 8, 7)]),
    ],
  });
}
