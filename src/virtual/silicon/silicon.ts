// Shelf: what makes one individual of a chip, and its registers, watchdogs, dividers and SPI engine.
// In: options, and reads and writes of words.
// Out: an address space that answers as the chip's does.

import { chipById } from "../../core/chip/catalog.ts";
import { readField } from "../../core/chip/read-field.ts";
import type { ChipDescriptor, ChipId, RegisterField, RegisterWords } from "../../core/chip/types.ts";
import { EspError } from "../../core/errors.ts";
import type { NandFlashOptions } from "../flash/nand-flash.ts";
import type { NorFlashOptions } from "../flash/nor-flash.ts";
import { ESP32_CALIBRATION, ESP32_EFUSE_WORD4, ESP32C5_SYSCLK_CONF } from "./clock-registers.ts";
import { macWords, PACKAGE_FIELDS, putScattered, REVISION_FIELDS } from "./silicon-fields.ts";

/** What makes one individual of a chip: everything that differs between two chips of one type, as plain data. */
export interface Silicon {
  readonly chip: ChipId;
  readonly crystalMhz: number;
  /**
   * eFuse (ESP8266: OTP) bits that are burned, by the register address at which they are read; words not listed are 0.
   * Protection hides them from the host, not from this map. Burning changes them, and adds parity behind the registers.
   */
  readonly efuses: Map<number, number>;
  /** The ROM refuses nearly everything (fact sheet 3.16), whatever the eFuses say. */
  readonly secureDownload: boolean;
  /** Bits of the security info's flags beyond secure boot and secure download, which come from their own facts. */
  readonly securityFlags: number;
  readonly apiVersion: number;
  /** The SPI_ATTACH word of the pins the flash is soldered to; 0: the chip's default pins. */
  readonly flashPins: number;
  readonly flash: NorFlashOptions;
  /** A NAND flash chip besides; null without one. */
  readonly nand: NandFlashOptions | null;
  /** Registers that do not start at 0. */
  readonly registers: ReadonlyMap<number, number>;
}

export interface SiliconOptions {
  /** Six bytes. */
  readonly mac?: Uint8Array<ArrayBuffer> | undefined;
  readonly revision?: { readonly major: number; readonly minor: number } | undefined;
  readonly package?: number | undefined;
  /** Flash encryption is on: an odd number of bits in the crypt count. */
  readonly flashEncryption?: boolean | undefined;
  readonly secureBoot?: boolean | undefined;
  /** Bytes an encrypting download is forbidden with. */
  readonly manualEncryptDisabled?: boolean | undefined;
  /** Purpose codes of the key blocks, from key 0 on. */
  readonly keyPurposes?: readonly number[] | undefined;
  readonly secureDownload?: boolean | undefined;
  readonly securityFlags?: number | undefined;
  readonly apiVersion?: number | undefined;
  readonly crystalMhz?: number | undefined;
  readonly flashPins?: number | undefined;
  readonly flash?: { readonly [Key in keyof NorFlashOptions]?: NorFlashOptions[Key] | undefined } | undefined;
  readonly nand?: NandFlashOptions | undefined;
  /** eFuse words, by register address, that win over everything above. */
  readonly efuses?: Iterable<readonly [number, number]> | undefined;
  /** Reset values of registers, by address, that win over everything above. */
  readonly registers?: Iterable<readonly [number, number]> | undefined;
}

/** GigaDevice GD25Q32, as on many modules. */
const FOUR_MEGABYTES: NorFlashOptions = { sizeBytes: 4 << 20, jedecId: [0xc8, 0x40, 0x16] };
const SIXTEEN_MEGABYTES: NorFlashOptions = { sizeBytes: 16 << 20, jedecId: [0xc8, 0x40, 0x18] };
/** Chips whose boards usually carry more than 4 MB. */
const LARGE_FLASH: readonly ChipId[] = ["esp32p4", "esp32s31", "esp32e22"];

const CRYSTALS: Partial<Record<ChipId, number>> = { esp8266: 26, esp32c5: 48, esp32c2: 40 };

/** Revisions in wide use, so that nothing in the tool treats the chip as a special case. */
const REVISIONS: Partial<Record<ChipId, { readonly major: number; readonly minor: number }>> = {
  esp32: { major: 3, minor: 1 },
  esp32s2: { major: 1, minor: 0 },
  esp32s3: { major: 0, minor: 2 },
  esp32c3: { major: 0, minor: 4 },
  esp32c2: { major: 1, minor: 0 },
  esp32c6: { major: 0, minor: 1 },
  esp32c61: { major: 1, minor: 0 },
  esp32c5: { major: 1, minor: 0 },
  esp32h2: { major: 0, minor: 1 },
  esp32p4: { major: 1, minor: 3 },
};

/** ESP32: typical factory calibration of the slow clock (CK8M_FREQ), its unit being 8 MHz / 40. */
const ESP32_CK8M = 0x34;

/**
 * A plausible individual of a chip. Throws `virtual.unknown-chip`, and `virtual.invalid-option` for what no such chip
 * can have.
 *
 * @example
 * const silicon = defaultSilicon("esp32c3", { revision: { major: 1, minor: 1 }, secureBoot: true });
 */
export function defaultSilicon(chipId: ChipId, options: SiliconOptions = {}): Silicon {
  const chip = chipById(chipId);
  const efuses = new Map<number, number>();
  const crystalMhz =
    options.crystalMhz ?? (chip.crystal.kind === "fixed" ? chip.crystal.mhz : (CRYSTALS[chipId] ?? 40));
  const revision = options.revision ?? REVISIONS[chipId] ?? { major: 0, minor: 0 };
  const registers = new Map<number, number>();
  if (chipId === "esp32") efuses.set(ESP32_EFUSE_WORD4, ESP32_CK8M);
  putMac(chip, options.mac ?? defaultMac(chip), efuses);
  putRevision(chip, revision, efuses, registers);
  if (options.package !== undefined) putPackage(chip, options.package, efuses);
  putSecurity(chip, options, efuses);
  putCrystalRegisters(chip, crystalMhz, registers);
  for (const [address, value] of options.efuses ?? []) efuses.set(address, value >>> 0);
  for (const [address, value] of options.registers ?? []) registers.set(address, value >>> 0);
  return {
    chip: chipId,
    crystalMhz,
    efuses,
    secureDownload: options.secureDownload ?? false,
    securityFlags: options.securityFlags ?? 0,
    // Seen on an ESP32-C3 of revision 3: the version is its revision.
    apiVersion: options.apiVersion ?? revision.minor,
    flashPins: options.flashPins ?? 0,
    flash: chooseFlash(chipId, (options.flash ?? {}) as Partial<NorFlashOptions>),
    nand: options.nand ?? null,
    registers,
  };
}

/** The capacity code in a JEDEC id is the logarithm of the size, for the chips of most makers (fact sheet 3.11). */
const CAPACITY_CODES = { lowest: 0x12, highest: 0x1c };

/** Where only one of size and id is given, the other follows from it; who gives both may well have them disagree. */
function chooseFlash(chipId: ChipId, options: Partial<NorFlashOptions>): NorFlashOptions {
  const usual = LARGE_FLASH.includes(chipId) ? SIXTEEN_MEGABYTES : FOUR_MEGABYTES;
  const { sizeBytes, jedecId } = options;
  if (sizeBytes !== undefined && jedecId === undefined) {
    const [vendor, type] = usual.jedecId;
    return { ...usual, ...options, jedecId: [vendor, type, Math.round(Math.log2(sizeBytes))] };
  }
  if (sizeBytes === undefined && jedecId !== undefined) {
    const code = jedecId[2];
    const known = code >= CAPACITY_CODES.lowest && code <= CAPACITY_CODES.highest;
    return { ...usual, ...options, ...(known ? { sizeBytes: 2 ** code } : {}) };
  }
  return { ...usual, ...options };
}

/** Secure boot as the eFuse registers have it. */
export function secureBootEnabled(chip: ChipDescriptor, word: RegisterWords): boolean {
  const field = chip.security.secureBootV2;
  return field !== null && readField(field, word) !== 0;
}

/** Espressif's prefix and a device number that tells the chips apart. */
function defaultMac(chip: ChipDescriptor): Uint8Array {
  // The ESP8266 knows only its own three prefixes.
  const prefix = chip.id === "esp8266" ? [0x18, 0xfe, 0x34] : [0x24, 0x0a, 0xc4];
  return Uint8Array.of(...prefix, 0x00, 0x5a, chip.imageChipId ?? 0x66);
}

function putMac(chip: ChipDescriptor, mac: Uint8Array, efuses: Map<number, number>): void {
  if (mac.length !== 6)
    throw new EspError("virtual.invalid-option", "A MAC address has six bytes.", {
      hint: "Write it as aa:bb:cc:dd:ee:ff.",
    });
  for (const [register, value] of macWords(chip, mac)) {
    efuses.set(register, ((efuses.get(register) ?? 0) | value) >>> 0);
  }
}

function putRevision(
  chip: ChipDescriptor,
  revision: { readonly major: number; readonly minor: number },
  efuses: Map<number, number>,
  registers: Map<number, number>,
): void {
  const fields = REVISION_FIELDS[chip.id];
  let { major } = revision;
  // The ESP32 counts its major revision in a scattered thermometer code (fact sheet 4.7).
  if (chip.id === "esp32") major = [0, 1, 3, 7][major] ?? Number.NaN;
  const fits =
    fields !== undefined
      ? putScattered(fields.major, major, efuses, registers) &&
        putScattered(fields.minor, revision.minor, efuses, registers)
      : major === 0 && revision.minor === 0;
  if (!fits) {
    throw new EspError("virtual.invalid-option", `No ${chip.name} can be v${revision.major}.${revision.minor}.`);
  }
}

function putPackage(chip: ChipDescriptor, code: number, efuses: Map<number, number>): void {
  const fields = PACKAGE_FIELDS[chip.id];
  if (fields === undefined || !putScattered(fields, code, efuses, efuses)) {
    throw new EspError("virtual.invalid-option", `No ${chip.name} has the package ${code}.`);
  }
}

function putSecurity(chip: ChipDescriptor, options: SiliconOptions, efuses: Map<number, number>): void {
  const { security } = chip;
  const put = (field: RegisterField | null | undefined, value: number, what: string): void => {
    if (field === null || field === undefined) {
      throw new EspError("virtual.invalid-option", `The ${chip.name} has no ${what}.`);
    }
    setField(efuses, field, value);
  };
  if (options.flashEncryption === true) put(security.cryptCount, 1, "flash encryption");
  if (options.secureBoot === true) put(security.secureBootV2, 1, "secure boot");
  if (options.manualEncryptDisabled === true) put(security.manualEncryptDisabled, 1, "such eFuse");
  options.keyPurposes?.forEach((purpose, index) => {
    put(security.keyPurposeFields[index], purpose, `key block ${index}`);
  });
  if (options.secureDownload === true && !chip.rom.hasSecureDownloadMode) {
    throw new EspError("virtual.invalid-option", `The ${chip.name} has no Secure Download Mode.`);
  }
}

function setField(words: Map<number, number>, { register, shift, mask }: RegisterField, value: number): void {
  const old = words.get(register) ?? 0;
  words.set(register, ((old & ~(mask << shift)) | ((value & mask) << shift)) >>> 0);
}

/** Registers in which ROMs keep what they take their crystal for. */
function putCrystalRegisters(chip: ChipDescriptor, crystalMhz: number, registers: Map<number, number>): void {
  if (chip.id === "esp32") {
    // Periods of the slow clock, counted by the ROM (fact sheet 3.9).
    const periods = Math.round((crystalMhz * 1e6) / ((15625 * ESP32_CK8M) / 40));
    registers.set(ESP32_CALIBRATION, (periods << 7) >>> 0);
  }
  if (chip.id === "esp32c5") registers.set(ESP32C5_SYSCLK_CONF, (crystalMhz << 24) >>> 0);
}
