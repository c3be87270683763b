import { bit, bits, field, flag } from "../fields.ts";
import { chipIdentity, embeddedMemory, macAt } from "../identity.ts";
import type { ChipDescriptor, ChipIdentity, RegisterWords } from "../types.ts";

const BLOCK1 = 0x60008844;
const WORD3 = BLOCK1 + 12;
const WORD4 = BLOCK1 + 16;
const WORD5 = BLOCK1 + 20;

const FLASH_SIZES = { 1: "4MB", 2: "2MB", 3: "1MB", 4: "8MB" } as const;
const FLASH_VENDORS: Readonly<Record<number, string>> = { 1: "XMC", 2: "GD", 3: "FM", 4: "TT", 5: "ZBIT" };

const PACKAGES: Readonly<Record<number, string>> = {
  0: "ESP32-C3 (QFN32)",
  1: "ESP8685 (QFN28)",
  2: "ESP32-C3 AZ (QFN32)",
  3: "ESP8686 (QFN24)",
};

/** ESP32-C3 and its packages ESP8685 and ESP8686. Fact sheet section 4. */
export const ESP32C3: ChipDescriptor = {
  id: "esp32c3",
  name: "ESP32-C3",
  instructionSet: "riscv",
  imageChipId: 5,
  magicValue: null,
  magicRegister: 0x40001000,
  bootloaderOffset: 0x0,
  uf2FamilyId: 0xd42ba06c,
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
  legacyMinimumRevision: "minor",
  encryptedWriteAlignment: 16,
  mmuPageSizes: [0x10000],
  stubs: [{ name: "esp32c3", fromRevision: 0 }],
  stubUnderSecureBoot: { kind: "refuse" },
  stubBeyond16MiB: false,
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
  uart: { clockDivider: 0x60000014, clockDividerMask: 0xfffff, date: 0x6000007c },
  crystal: { kind: "fixed", mhz: 40 },
  usb: { serialJtag: true, otgProductId: null, otgBlockSize: null },
  watchdogs: {
    config0: 0x60008090,
    config1: 0x60008094,
    writeProtect: 0x600080a8,
    key: 0x50d83aa1,
    superWatchdog: { config: 0x600080ac, writeProtect: 0x600080b0, key: 0x8f1d312a, autoFeed: 0x80000000 },
    canReset: true,
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
  efuseBase: 0x60008800,
  efuseBlock0: 0x60008830,
  efuseBlock1: 0x60008844,
  efuseBlock2: 0x6000885c,
  security: {
    manualEncryptDisabled: flag(0x60008830, 20),
    cryptCount: field(0x60008834, 20, 18),
    secureBootV1: null,
    secureBootV2: { register: 0x60008838, shift: 20, mask: 0x1, sinceRevision: 0 },
    keyManager: null,
    cryptConfig: null,
    keyPurposeFields: [
      field(0x60008834, 27, 24),
      field(0x60008834, 31, 28),
      field(0x60008838, 3, 0),
      field(0x60008838, 7, 4),
      field(0x60008838, 11, 8),
      field(0x60008838, 15, 12),
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
    { name: "DROM", start: 0x3c000000, end: 0x3c800000 },
    { name: "DRAM", start: 0x3fc80000, end: 0x3fce0000 },
    { name: "BYTE_ACCESSIBLE", start: 0x3fc88000, end: 0x3fd00000 },
    { name: "DROM_MASK", start: 0x3ff00000, end: 0x3ff20000 },
    { name: "IROM_MASK", start: 0x40000000, end: 0x40060000 },
    { name: "IROM", start: 0x42000000, end: 0x42800000 },
    { name: "IRAM", start: 0x4037c000, end: 0x403e0000 },
    { name: "RTC_IRAM", start: 0x50000000, end: 0x50002000 },
    { name: "RTC_DRAM", start: 0x50000000, end: 0x50002000 },
    { name: "MEM_INTERNAL2", start: 0x600fe000, end: 0x60100000 },
  ],
  ramAlias: { instruction: { start: 0x40380000, end: 0x403e0000 }, dataStart: 0x3fc80000, reversed: false },
  iromWindow: { start: 0x42000000, end: 0x42800000 },
  dromWindow: { start: 0x3c000000, end: 0x3c800000 },
  spiPins: { allowed: [[0, 21]], highestHd: null, warned: [18, 19] },
  flashType: null,
  flashVoltage: null,

  identityRegisters: [BLOCK1, BLOCK1 + 4, WORD3, WORD4, WORD5],
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
  return chipIdentity({
    packageName: PACKAGES[packageVersion] ?? "Unknown ESP32-C3",
    majorRevision: bits(word5, 25, 24),
    minorRevision: (bit(word5, 23) << 3) | bits(word3, 20, 18),
    packageVersion,
    features: [
      "Wi-Fi",
      "BT 5 (LE)",
      "Single Core",
      "160MHz",
      ...embeddedMemory("Flash", bits(word3, 29, 27), FLASH_SIZES, FLASH_VENDORS[bits(word4, 2, 0)]),
    ],
  });
}
