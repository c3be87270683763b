import { bit, bits, field, flag } from "../fields.ts";
import { chipIdentity, macAt } from "../identity.ts";
import type { ChipDescriptor, ChipIdentity, RegisterStep, RegisterWords } from "../types.ts";

const BLOCK1 = 0x5012d044;
const WORD2 = BLOCK1 + 8;
const EFUSE_REPEAT_DATA1 = 0x5012d034;

/** Power and pad control of the flash (fact sheet 4.6). */
const LP_SYSTEM_ANA_XPD_PAD_GROUP = 0x5011010c;
const PMU_EXT_LDO_P0_0P1A = 0x501151b8;
const PMU_EXT_LDO_P0_0P1A_ANA = 0x501151bc;
const PMU_DATE = 0x501153fc;
const DOWNLOAD_MODE_XPD_ON = 16;
const CURRENT_LIMIT = 0x08000000;
const TARGET = 0x7f800000;
const FORCE_TIEH = 0x80;

/** ESP32-P4: no radio; two stubs, by revision; the flash has to be powered first. Fact sheet section 4. */
export const ESP32P4: ChipDescriptor = {
  id: "esp32p4",
  name: "ESP32-P4",
  instructionSet: "riscv",
  imageChipId: 18,
  magicValue: null,
  magicRegister: 0x40001000,
  bootloaderOffset: 0x2000,
  uf2FamilyId: 0x3d308e94,
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
  stubs: [
    { name: "esp32p4", fromRevision: 300 },
    { name: "esp32p4-rev1", fromRevision: 0 },
  ],
  stubUnderSecureBoot: { kind: "start" },
  stubBeyond16MiB: true,
  spi: {
    base: 0x5008d000,
    usr: 0x18,
    usr1: 0x1c,
    usr2: 0x20,
    mosiLength: 0x24,
    misoLength: 0x28,
    w0: 0x58,
    addressLeftAligned: false,
  },
  // The crystal is fixed, so no divider is ever read.
  uart: { clockDivider: null, clockDividerMask: 0xfffff, date: 0x500ca08c },
  crystal: { kind: "fixed", mhz: 40 },
  usb: { serialJtag: true, otgProductId: 0x0012, otgBlockSize: 0x800 },
  watchdogs: {
    config0: 0x50116000,
    config1: 0x50116004,
    writeProtect: 0x50116018,
    key: 0x50d83aa1,
    superWatchdog: { config: 0x5011601c, writeProtect: 0x50116020, key: 0x50d83aa1, autoFeed: 0x00040000 },
    canReset: true,
  },
  hardReset: {
    otgWatchdog: "always",
    strap: { register: 0x500e0038, spiBootMask: 0x8 },
    forceDownload: { register: 0x50110008, mask: 0x4 },
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
  bootStrap: { gpio: "GPIO35", second: "GPIO36 high" },
  efuseBase: 0x5012d000,
  efuseBlock0: 0x5012d030,
  efuseBlock1: 0x5012d044,
  efuseBlock2: 0x5012d05c,
  security: {
    manualEncryptDisabled: flag(0x5012d030, 20),
    cryptCount: field(0x5012d034, 20, 18),
    secureBootV1: null,
    secureBootV2: { register: 0x5012d038, shift: 20, mask: 0x1, sinceRevision: 0 },
    keyManager: { register: 0x5012d034, shift: 9, mask: 0x2 },
    cryptConfig: null,
    keyPurposeFields: [
      field(0x5012d034, 27, 24),
      field(0x5012d034, 31, 28),
      field(0x5012d038, 3, 0),
      field(0x5012d038, 7, 4),
      field(0x5012d038, 11, 8),
      field(0x5012d038, 15, 12),
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
    },
    encryptionKey: { kind: "purpose", aes128: [4], aes256Pair: [2, 3] },
  },
  memoryMap: [
    { name: "PADDING", start: 0x0, end: 0x00010000 },
    { name: "DROM", start: 0x40000000, end: 0x4c000000 },
    { name: "DRAM", start: 0x4ff00000, end: 0x4ffa0000 },
    { name: "BYTE_ACCESSIBLE", start: 0x4ff00000, end: 0x4ffa0000 },
    { name: "DROM_MASK", start: 0x4fc00000, end: 0x4fc20000 },
    { name: "IROM_MASK", start: 0x4fc00000, end: 0x4fc20000 },
    { name: "IROM", start: 0x40000000, end: 0x4c000000 },
    { name: "IRAM", start: 0x4ff00000, end: 0x4ffa0000 },
    { name: "RTC_IRAM", start: 0x50108000, end: 0x50110000 },
    { name: "RTC_DRAM", start: 0x50108000, end: 0x50110000 },
    { name: "MEM_INTERNAL2", start: 0x600fe000, end: 0x60100000 },
  ],
  ramAlias: null,
  iromWindow: { start: 0x40000000, end: 0x4c000000 },
  dromWindow: { start: 0x40000000, end: 0x4c000000 },
  spiPins: { allowed: [[0, 54]], highestHd: null, warned: [24, 25] },
  flashType: null,
  flashVoltage: null,

  identityRegisters: [BLOCK1, BLOCK1 + 4, WORD2],
  identify,
  mac: macAt(BLOCK1),
  chipNumber: null,
  stubDisabled: () => false,
  romBaud: null,
  keepsBaudInSecureDownload: false,
  flashPower: { registers: [EFUSE_REPEAT_DATA1], steps: flashPowerSteps },
};

function identify(word: RegisterWords): ChipIdentity {
  const word2 = word(WORD2);
  const packageVersion = bits(word2, 22, 20);
  return chipIdentity({
    packageName: packageVersion === 0 ? "ESP32-P4" : "Unknown ESP32-P4",
    majorRevision: (bit(word2, 23) << 2) | bits(word2, 5, 4),
    minorRevision: bits(word2, 3, 0),
    packageVersion,
    features: ["Dual Core + LP Core", "400MHz"],
  });
}

/** Revisions 301 and 302 come up with the flash unpowered in download mode; a fuse of 302 has the ROM do it. */
function flashPowerSteps({ revision }: ChipIdentity, word: RegisterWords): readonly RegisterStep[] {
  if (revision !== 301 && revision !== 302) return [];
  if (revision === 302 && bit(word(EFUSE_REPEAT_DATA1), DOWNLOAD_MODE_XPD_ON) === 1) {
    return [{ do: "write", register: PMU_DATE, value: 0 }];
  }
  return [
    { do: "write", register: LP_SYSTEM_ANA_XPD_PAD_GROUP, value: 1 },
    { do: "wait", microseconds: 10_000 },
    { do: "modify", register: PMU_EXT_LDO_P0_0P1A_ANA, clear: 0, set: CURRENT_LIMIT },
    { do: "modify", register: PMU_EXT_LDO_P0_0P1A, clear: 0, set: FORCE_TIEH },
    { do: "modify", register: PMU_DATE, clear: 0, set: 0x3 },
    { do: "wait", microseconds: 50 },
    { do: "modify", register: PMU_EXT_LDO_P0_0P1A_ANA, clear: CURRENT_LIMIT, set: 0 },
    { do: "modify", register: PMU_EXT_LDO_P0_0P1A, clear: TARGET, set: 0 },
    { do: "modify", register: PMU_EXT_LDO_P0_0P1A, clear: 0, set: 0x80 },
    { do: "modify", register: PMU_EXT_LDO_P0_0P1A, clear: FORCE_TIEH, set: 0 },
    { do: "wait", microseconds: 1800 },
  ];
}
