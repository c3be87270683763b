import { bits, consecutiveWords, field, flag } from "../fields.ts";
import { chipIdentity, embeddedMemory, macAt } from "../identity.ts";
import type { ChipDescriptor, ChipIdentity, RegisterWords } from "../types.ts";

const BLOCK2 = 0x60008840;
const WORD1 = BLOCK2 + 4;
const WORD7 = BLOCK2 + 28;

const FLASH_SIZES = { 1: "4MB", 2: "2MB", 3: "1MB" } as const;
const FLASH_VENDORS: Readonly<Record<number, string>> = { 1: "XMC", 2: "GD", 3: "FM", 4: "TT", 5: "ZBIT" };

const PACKAGES: Readonly<Record<number, string>> = {
  0: "ESP32-C2",
  1: "ESP8684H",
};

/** ESP32-C2 (ESP8684): four eFuse blocks, no key purposes, a 26 or 40 MHz crystal. Fact sheet section 4. */
export const ESP32C2: ChipDescriptor = {
  id: "esp32c2",
  name: "ESP32-C2",
  instructionSet: "riscv",
  imageChipId: 12,
  magicValue: null,
  magicRegister: 0x40001000,
  bootloaderOffset: 0x0,
  uf2FamilyId: 0x2b88d29c,
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
  flashFrequencies: { "60m": 0xf, "30m": 0x0, "20m": 0x1, "15m": 0x2 },
  legacyMinimumRevision: "major",
  encryptedWriteAlignment: 16,
  mmuPageSizes: [0x4000, 0x8000, 0x10000],
  stubs: [{ name: "esp32c2", fromRevision: 0 }],
  stubUnderSecureBoot: { kind: "start" },
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
  crystal: { kind: "measured", divider: 1 },
  usb: { serialJtag: false, otgProductId: null, otgBlockSize: null },
  // The chip has no super watchdog; only the RTC watchdog is touched.
  watchdogs: {
    config0: 0x60008084,
    config1: 0x60008088,
    writeProtect: 0x6000809c,
    key: 0x50d83aa1,
    superWatchdog: null,
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
  efuseBlock1: 0x60008834,
  efuseBlock2: 0x60008840,
  security: {
    manualEncryptDisabled: flag(0x60008830, 6),
    cryptCount: field(0x60008830, 9, 7),
    secureBootV1: null,
    secureBootV2: { register: 0x60008830, shift: 21, mask: 0x1, sinceRevision: 0 },
    keyManager: null,
    cryptConfig: null,
    keyPurposeFields: [],
    keyPurposes: {},
    encryptionKey: {
      kind: "esp32c2",
      length256: flag(0x60008830, 10),
      readDisable: field(0x60008830, 1, 0),
      keyWords: consecutiveWords(0x60008860, 8),
    },
  },
  memoryMap: [
    { name: "PADDING", start: 0x0, end: 0x00010000 },
    { name: "DROM", start: 0x3c000000, end: 0x3c400000 },
    { name: "DRAM", start: 0x3fca0000, end: 0x3fce0000 },
    { name: "BYTE_ACCESSIBLE", start: 0x3fc88000, end: 0x3fd00000 },
    { name: "DROM_MASK", start: 0x3ff00000, end: 0x3ff50000 },
    { name: "IROM_MASK", start: 0x40000000, end: 0x40090000 },
    { name: "IROM", start: 0x42000000, end: 0x42400000 },
    { name: "IRAM", start: 0x4037c000, end: 0x403c0000 },
  ],
  ramAlias: { instruction: { start: 0x40380000, end: 0x403c0000 }, dataStart: 0x3fca0000, reversed: false },
  iromWindow: { start: 0x42000000, end: 0x42400000 },
  dromWindow: { start: 0x3c000000, end: 0x3c400000 },
  spiPins: { allowed: [[0, 20]], highestHd: null, warned: [] },
  flashType: null,
  flashVoltage: null,

  identityRegisters: [BLOCK2, WORD1, WORD7],
  identify,
  mac: macAt(BLOCK2),
  chipNumber: null,
  stubDisabled: ({ revision }) => revision === 0,
  romBaud: { registers: [], compute: romBaud },
  keepsBaudInSecureDownload: true,
  flashPower: null,
};

function identify(word: RegisterWords): ChipIdentity {
  const word1 = word(WORD1);
  const word7 = word(WORD7);
  const packageVersion = bits(word1, 24, 22);
  const flash = embeddedMemory("Flash", bits(word7, 31, 29), FLASH_SIZES, FLASH_VENDORS[bits(word7, 26, 24)]);
  return chipIdentity({
    packageName: PACKAGES[packageVersion] ?? "Unknown ESP32-C2",
    majorRevision: bits(word1, 21, 20),
    minorRevision: bits(word1, 19, 16),
    packageVersion,
    features: ["Wi-Fi", "BT 5 (LE)", "Single Core", "120MHz", ...flash],
  });
}

/** The ROM counts on a 40 MHz crystal whatever is fitted (fact sheet 3.9). */
function romBaud(rate: number, crystalMhz: number): number {
  return crystalMhz === 26 ? Math.floor((rate * 40) / 26) : rate;
}
