import { EspError } from "../../errors.ts";
import { bit, bits } from "../fields.ts";
import type { ChipDescriptor, ChipIdentity, ChipMac, RegisterWords } from "../types.ts";

/** The four words of OTP; together they are one number of 128 bits, lowest word first. */
const OTP0 = 0x3ff00050;
const OTP1 = 0x3ff00054;
const OTP2 = 0x3ff00058;
const OTP3 = 0x3ff0005c;

/** ESP8266 and ESP8285: no image chip id, no eFuse controller, no security. Fact sheet section 4. */
export const ESP8266: ChipDescriptor = {
  id: "esp8266",
  name: "ESP8266",
  instructionSet: "xtensa",
  imageChipId: null,
  magicValue: 0xfff0c101,
  magicRegister: 0x40001000,
  bootloaderOffset: 0x0,
  uf2FamilyId: 0x7eab61ed,
  flashSizes: {
    "512KB": 0x00,
    "256KB": 0x10,
    "1MB": 0x20,
    "2MB": 0x30,
    "4MB": 0x40,
    "2MB-c1": 0x50,
    "4MB-c1": 0x60,
    "8MB": 0x80,
    "16MB": 0x90,
  },
  flashFrequencies: { "80m": 0xf, "40m": 0x0, "26m": 0x1, "20m": 0x2 },
  legacyMinimumRevision: "major",
  encryptedWriteAlignment: null,
  mmuPageSizes: [],
  stubs: [{ name: "esp8266", fromRevision: 0 }],
  stubUnderSecureBoot: { kind: "start" },
  stubBeyond16MiB: false,
  spi: {
    base: 0x60000200,
    usr: 0x1c,
    usr1: 0x20,
    usr2: 0x24,
    mosiLength: null,
    misoLength: null,
    w0: 0x40,
    addressLeftAligned: true,
  },
  uart: { clockDivider: 0x60000014, clockDividerMask: 0xfffff, date: 0x60000078 },
  crystal: { kind: "measured", divider: 2 },
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
    statusLength: 2,
    hasSecurityInfo: false,
    securityInfoLength: 0,
    canChangeBaud: false,
    hasFlashCommands: false,
    hasEncryptedWord: false,
    eraseSizeBug: true,
    spiPadsInEfuse: false,
    hasSecureDownloadMode: false,
  },
  bootStrap: { gpio: "GPIO0", second: null },
  efuseBase: null,
  efuseBlock0: null,
  efuseBlock1: null,
  efuseBlock2: null,
  security: {
    manualEncryptDisabled: null,
    cryptCount: null,
    secureBootV1: null,
    secureBootV2: null,
    keyManager: null,
    cryptConfig: null,
    keyPurposeFields: [],
    keyPurposes: {},
    encryptionKey: { kind: "none" },
  },
  memoryMap: [
    { name: "DPORT", start: 0x3ff00000, end: 0x3ff00010 },
    { name: "DRAM", start: 0x3ffe8000, end: 0x40000000 },
    { name: "IRAM", start: 0x40100000, end: 0x40108000 },
    { name: "IROM", start: 0x40201010, end: 0x402e1010 },
  ],
  ramAlias: null,
  iromWindow: { start: 0x40200000, end: 0x40300000 },
  dromWindow: null,
  spiPins: null,
  flashType: null,
  flashVoltage: null,

  identityRegisters: [OTP0, OTP1, OTP2, OTP3],
  identify,
  mac,
  chipNumber: chipNumber,
  stubDisabled: () => false,
  romBaud: null,
  keepsBaudInSecureDownload: false,
  flashPower: null,
};

/** The ESP8285 is an ESP8266 with flash inside; its OTP bits tell how much and for which temperatures. */
function identify(word: RegisterWords): ChipIdentity {
  const hasFlash = bit(word(OTP0), 4) === 1 || bit(word(OTP2), 16) === 1;
  return {
    revision: 0,
    majorRevision: 0,
    minorRevision: 0,
    packageVersion: 0,
    description: hasFlash ? nameWithFlash(word) : "ESP8266EX",
    features: ["Wi-Fi", "160MHz", ...(hasFlash ? ["Embedded Flash"] : [])],
  };
}

function nameWithFlash(word: RegisterWords): string {
  const grade = bit(word(OTP0), 5) === 1 ? "H" : "N";
  switch (embeddedMegabytes(word)) {
    case 1:
      return `ESP8285${grade}08`;
    case 2:
      return `ESP8285${grade}16`;
    default:
      return "ESP8285";
  }
}

/** Null where the bits form no known size (fact sheet 4.7). */
function embeddedMegabytes(word: RegisterWords): number | null {
  const otp3 = word(OTP3);
  const bit4 = bit(word(OTP0), 4);
  if (bit(otp3, 27) === 1 || bit4 === bit(otp3, 25)) return null;
  const isLarger = bit(otp3, 26) === 1;
  if (bit4 === 1) return isLarger ? 2 : 1;
  return isLarger ? 4 : 2;
}

function mac(word: RegisterWords): ChipMac {
  const otp0 = word(OTP0);
  const otp1 = word(OTP1);
  const base = Uint8Array.of(...vendorPrefix(otp1, word(OTP3)), otp1 >>> 8, otp1, otp0 >>> 24);
  return { base, extension: null };
}

/** Written out in the last word, or chosen by a byte of the second from Espressif's first two. */
function vendorPrefix(otp1: number, otp3: number): readonly number[] {
  if (otp3 !== 0) return [otp3 >>> 16, otp3 >>> 8, otp3];
  const choice = bits(otp1, 23, 16);
  if (choice === 0) return [0x18, 0xfe, 0x34];
  if (choice === 1) return [0xac, 0xd0, 0x74];
  throw new EspError(
    "chip.unknown-oui",
    "The chip carries no known vendor prefix, so its MAC address cannot be told.",
    {
      hint: "Read the chip again: a bad connection or a damaged chip gives such a value.",
      details: { choice },
    },
  );
}

function chipNumber(word: RegisterWords): number {
  return ((word(OTP0) >>> 24) | (bits(word(OTP1), 23, 0) << 8)) >>> 0;
}
