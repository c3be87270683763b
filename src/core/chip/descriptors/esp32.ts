import { bit, bits, consecutiveWords, field, flag } from "../fields.ts";
import { chipIdentity, factoryMac } from "../identity.ts";
import type { ChipDescriptor, ChipIdentity, ChipMac, RegisterWords } from "../types.ts";

/** Words of eFuse BLOCK0. */
const WORD0 = 0x3ff5a000;
const WORD1 = 0x3ff5a004;
const WORD2 = 0x3ff5a008;
const WORD3 = 0x3ff5a00c;
const WORD4 = 0x3ff5a010;
const WORD5 = 0x3ff5a014;
const WORD6 = 0x3ff5a018;
/** Bit 31 is the top bit of the major revision. */
const APB_CTL_DATE = 0x3ff6607c;
const RTC_CALIBRATION = 0x3ff5f06c;

/** Major revision by its three scattered bits; combinations that were never made count as 0. */
const MAJOR_REVISIONS: Readonly<Record<number, number>> = { 0: 0, 1: 1, 3: 2, 7: 3 };

const CODING_SCHEMES = ["None", "3/4", "Repeat (UNSUPPORTED)", "None (may contain encoding data)"] as const;

const PACKAGES_WITH_FLASH: readonly number[] = [2, 4, 5, 6];

/** ESP32: told by its magic word; revision and package spread over eFuse BLOCK0. Fact sheet section 4. */
export const ESP32: ChipDescriptor = {
  id: "esp32",
  name: "ESP32",
  instructionSet: "xtensa",
  imageChipId: 0,
  magicValue: 0x00f01d83,
  magicRegister: 0x40001000,
  bootloaderOffset: 0x1000,
  uf2FamilyId: 0x1c5f21b0,
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
  encryptedWriteAlignment: 32,
  mmuPageSizes: [0x10000],
  stubs: [{ name: "esp32", fromRevision: 0 }],
  stubUnderSecureBoot: { kind: "start" },
  stubBeyond16MiB: false,
  spi: {
    base: 0x3ff42000,
    usr: 0x1c,
    usr1: 0x20,
    usr2: 0x24,
    mosiLength: 0x28,
    misoLength: 0x2c,
    w0: 0x80,
    addressLeftAligned: true,
  },
  uart: { clockDivider: 0x3ff40014, clockDividerMask: 0xfffff, date: 0x60000078 },
  crystal: { kind: "measured", divider: 1 },
  usb: { serialJtag: false, otgProductId: null, otgBlockSize: null },
  watchdogs: null,
  hardReset: {
    otgWatchdog: "never",
    strap: null,
    forceDownload: null,
    clearForceDownload: false,
    slowTimingOn: "none",
  },
  rom: {
    statusLength: 4,
    hasSecurityInfo: false,
    securityInfoLength: 0,
    canChangeBaud: true,
    hasFlashCommands: true,
    hasEncryptedWord: false,
    eraseSizeBug: false,
    spiPadsInEfuse: true,
    hasSecureDownloadMode: false,
  },
  bootStrap: { gpio: "GPIO0", second: "GPIO2 low" },
  efuseBase: 0x3ff5a000,
  efuseBlock0: 0x3ff5a000,
  efuseBlock1: 0x3ff5a038,
  efuseBlock2: 0x3ff5a058,
  security: {
    manualEncryptDisabled: flag(WORD6, 7),
    cryptCount: field(WORD0, 26, 20),
    secureBootV1: flag(WORD6, 4),
    secureBootV2: { register: WORD6, shift: 5, mask: 0x1, sinceRevision: 300 },
    keyManager: null,
    cryptConfig: { field: field(WORD5, 31, 28), readProtect: flag(WORD0, 19) },
    keyPurposeFields: [],
    keyPurposes: {},
    encryptionKey: { kind: "esp32", readProtect: flag(WORD0, 16), keyWords: consecutiveWords(0x3ff5a038, 8) },
  },
  memoryMap: [
    { name: "PADDING", start: 0x0, end: 0x00010000 },
    { name: "DROM", start: 0x3f400000, end: 0x3f800000 },
    { name: "EXTRAM_DATA", start: 0x3f800000, end: 0x3fc00000 },
    { name: "RTC_DRAM", start: 0x3ff80000, end: 0x3ff82000 },
    { name: "BYTE_ACCESSIBLE", start: 0x3ff90000, end: 0x40000000 },
    { name: "DRAM", start: 0x3ffae000, end: 0x40000000 },
    { name: "DIRAM_DRAM", start: 0x3ffe0000, end: 0x3ffffffc },
    { name: "IROM", start: 0x40000000, end: 0x40070000 },
    { name: "CACHE_PRO", start: 0x40070000, end: 0x40078000 },
    { name: "CACHE_APP", start: 0x40078000, end: 0x40080000 },
    { name: "IRAM", start: 0x40080000, end: 0x400a0000 },
    { name: "DIRAM_IRAM", start: 0x400a0000, end: 0x400bfffc },
    { name: "RTC_IRAM", start: 0x400c0000, end: 0x400c2000 },
    { name: "IROM", start: 0x400d0000, end: 0x40400000 },
    { name: "RTC_DATA", start: 0x50000000, end: 0x50002000 },
  ],
  ramAlias: { instruction: { start: 0x400a0000, end: 0x400c0000 }, dataStart: 0x3ffe0000, reversed: true },
  iromWindow: { start: 0x400d0000, end: 0x40400000 },
  dromWindow: { start: 0x3f400000, end: 0x3f800000 },
  spiPins: {
    allowed: [
      [0, 29],
      [32, 33],
    ],
    highestHd: null,
    warned: [],
  },
  flashType: null,
  flashVoltage: {
    rtc: {
      register: 0x3ff48074,
      force: 0x00400000,
      drefHigh: 0x60000000,
      drefMiddle: 0x18000000,
      drefLow: 0x06000000,
      xpd: 0x80000000,
      pdEnable: 0x00200000,
    },
    efuse: { register: WORD4, force: 0x10000, xpd: 0x4000, tieh: 0x8000 },
    strap: { register: 0x3ff44038, mask: 0x20 },
  },

  identityRegisters: [WORD1, WORD2, WORD3, WORD4, WORD5, WORD6, APB_CTL_DATE],
  identify,
  mac,
  chipNumber: null,
  stubDisabled: () => false,
  romBaud: { registers: [RTC_CALIBRATION, WORD4], compute: romBaud },
  keepsBaudInSecureDownload: false,
  flashPower: null,
};

function identify(word: RegisterWords): ChipIdentity {
  const word3 = word(WORD3);
  const word5 = word(WORD5);
  const revisionBits = (bit(word(APB_CTL_DATE), 31) << 2) | (bit(word5, 20) << 1) | bit(word3, 15);
  const majorRevision = MAJOR_REVISIONS[revisionBits] ?? 0;
  const packageVersion = bits(word3, 11, 9) | (bit(word3, 2) << 3);
  return chipIdentity({
    packageName: packageName(packageVersion, majorRevision === 3, bit(word3, 0) === 1),
    majorRevision,
    minorRevision: bits(word5, 25, 24),
    packageVersion,
    features: features(word, packageVersion),
  });
}

function packageName(packageVersion: number, isRevision3: boolean, isSingleCore: boolean): string {
  switch (packageVersion) {
    case 0:
      if (isSingleCore) return "ESP32-S0WDQ6";
      return isRevision3 ? "ESP32-D0WDQ6-V3" : "ESP32-D0WDQ6";
    case 1:
      if (isSingleCore) return "ESP32-S0WD";
      return isRevision3 ? "ESP32-D0WD-V3" : "ESP32-D0WD";
    case 2:
      return "ESP32-D2WD";
    case 4:
      return "ESP32-U4WDH";
    case 5:
      return isRevision3 ? "ESP32-PICO-V3" : "ESP32-PICO-D4";
    case 6:
      return "ESP32-PICO-V3-02";
    case 7:
      return "ESP32-D0WDR2-V3";
    default:
      return "Unknown ESP32";
  }
}

function features(word: RegisterWords, packageVersion: number): readonly string[] {
  const word3 = word(WORD3);
  const list = ["Wi-Fi"];
  if (bit(word3, 1) === 0) list.push("BT");
  list.push(bit(word3, 0) === 1 ? "Single Core + LP Core" : "Dual Core + LP Core");
  if (bit(word3, 13) === 1) list.push(bit(word3, 12) === 1 ? "160MHz" : "240MHz");
  if (PACKAGES_WITH_FLASH.includes(packageVersion)) list.push("Embedded Flash");
  if (packageVersion === 6) list.push("Embedded PSRAM");
  if (bits(word(WORD4), 12, 8) !== 0) list.push("Vref calibration in eFuse");
  if (bit(word3, 14) === 1) list.push("BLK3 partially reserved");
  list.push(`Coding Scheme ${CODING_SCHEMES[bits(word(WORD6), 1, 0)]}`);
  return list;
}

function mac(word: RegisterWords): ChipMac {
  return { base: factoryMac(word(WORD1), word(WORD2)), extension: null };
}

/**
 * The ROM measures its crystal against the 8 MHz oscillator and is a little off; its rate is bent by the same error
 * (fact sheet 3.9). A chip that has not measured, an emulated one say, takes the rate as it is.
 */
function romBaud(rate: number, _crystalMhz: number, word: RegisterWords): number {
  const calibration = (word(RTC_CALIBRATION) >>> 7) & 0x1ffffff;
  const measured = (calibration * 15625 * bits(word(WORD4), 7, 0)) / 40;
  if (measured === 0) return rate;
  const nominal = measured > 33e6 ? 40e6 : 26e6;
  return Math.floor((rate * measured) / nominal);
}
