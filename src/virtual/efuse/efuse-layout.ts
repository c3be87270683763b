import type { EfuseChipId } from "./efuse-layout-row.ts";
import { EFUSE_LAYOUTS } from "./efuse-layouts.ts";

/** Words of a block that one bit of RD_DIS hides. */
export interface EfuseReadLock {
  readonly bit: number;
  readonly first: number;
  readonly last: number;
}

export interface EfuseBlockLayout {
  readonly index: number;
  /** First word as read. */
  readonly offset: number;
  readonly words: number;
  /** First word of the window from which it is burned. */
  readonly writeOffset: number;
  /** Bit of WR_DIS; null: BLOCK0, whose fields have their own. */
  readonly writeLock: number | null;
  readonly readLocks: readonly EfuseReadLock[];
}

/** A bit or the lowest bit of a field, in a register or in a word of BLOCK0. */
export interface EfusePlace {
  readonly at: number;
  readonly shift: number;
}

export interface EfuseErrorPlaces {
  /** Three bits. */
  readonly count: EfusePlace;
  readonly fail: EfusePlace | null;
}

/** Bits of BLOCK0 that one protection bit covers: a mask a word. */
export interface EfuseMasks {
  readonly bit: number;
  readonly masks: readonly number[];
}

export interface EfuseLayout {
  readonly chip: EfuseChipId;
  readonly base: number;
  readonly sizeBytes: number;
  readonly configuration: number;
  readonly command: number;
  readonly blocks: readonly EfuseBlockLayout[];
  readonly readDisable: EfusePlace;
  /** What WR_DIS locks in BLOCK0 of a chip of this revision (100 x major + minor). */
  readonly locks: (revision: number) => readonly EfuseMasks[];
  readonly hidden: readonly EfuseMasks[];
  /** First error register of BLOCK0; ESP32: the decoder's warnings. */
  readonly blockZeroErrors: number;
  /** By block; index 0 and the blocks of the ESP32 have none. */
  readonly errors: readonly (EfuseErrorPlaces | undefined)[];
  readonly timing: readonly EfuseRegisterValue[];
  readonly timingNeeded: readonly EfuseRegisterValue[];
  readonly downloadOff: EfusePlace | null;
  readonly secureDownload: EfusePlace | null;
}

export interface EfuseRegisterValue {
  readonly offset: number;
  readonly value: number;
}

const REVISION_3 = 300;

/** The eFuse controller of a chip. */
export function efuseLayout(chip: EfuseChipId): EfuseLayout {
  const row = EFUSE_LAYOUTS[chip];
  const locks = masksOf(row.locks);
  const locksV3 = row.locksV3 === undefined ? locks : masksOf(row.locksV3);
  const [blockZeroErrors = "", ...errors] = row.errors.split(" ");
  return {
    chip,
    base: row.base,
    sizeBytes: row.sizeBytes,
    configuration: row.configuration,
    command: row.command,
    blocks: listOf(row.blocks).map(blockOf),
    readDisable: placeOf(row.readDisable, 10),
    locks: (revision) => (revision >= REVISION_3 ? locksV3 : locks),
    hidden: masksOf(row.hidden),
    blockZeroErrors: hex(blockZeroErrors),
    errors: [undefined, ...errors.map(errorPlacesOf)],
    timing: listOf(row.timing).map(registerValueOf),
    timingNeeded: listOf(row.timingNeeded).map(registerValueOf),
    downloadOff: row.downloadOff === "" ? null : placeOf(row.downloadOff, 10),
    secureDownload: row.secureDownload === "" ? null : placeOf(row.secureDownload, 10),
  };
}

function hex(digits: string): number {
  return Number.parseInt(digits, 16);
}

function listOf(text: string): string[] {
  return text === "" ? [] : text.split(" ");
}

function blockOf(text: string, index: number): EfuseBlockLayout {
  const [offset = "", wordCount = "", writeOffset = "", ...locks] = text.split(":");
  const words = Number(wordCount);
  const write = locks.find((lock) => lock.startsWith("w"));
  const readLocks = locks.filter((lock) => lock.startsWith("r")).map((lock) => readLockOf(lock, words));
  return {
    index,
    offset: hex(offset),
    words,
    writeOffset: hex(writeOffset),
    writeLock: write === undefined ? null : Number(write.slice(1)),
    readLocks,
  };
}

function readLockOf(text: string, words: number): EfuseReadLock {
  const [bit = "", range = `0-${words - 1}`] = text.slice(1).split("=");
  const [first = "", last = ""] = range.split("-");
  return { bit: Number(bit), first: Number(first), last: Number(last) };
}

function masksOf(text: string): EfuseMasks[] {
  return listOf(text).map((entry) => {
    const [bit = "", words = ""] = entry.split("=");
    const masks: number[] = [];
    for (const part of words.split(",")) {
      const [word = "", mask = ""] = part.split(":");
      masks[Number(word)] = hex(mask);
    }
    return { bit: Number(bit), masks: Array.from(masks, (mask) => mask ?? 0) };
  });
}

function errorPlacesOf(text: string): EfuseErrorPlaces {
  const [count = "", fail] = text.split("/");
  return { count: placeOf(count, 16), fail: fail === undefined ? null : placeOf(fail, 16) };
}

/** `place.bit`; registers are hexadecimal, words of BLOCK0 decimal. */
function placeOf(text: string, radix: 10 | 16): EfusePlace {
  const [at = "", shift = ""] = text.split(".");
  return { at: Number.parseInt(at, radix), shift: Number(shift) };
}

function registerValueOf(text: string): EfuseRegisterValue {
  const [offset = "", value = ""] = text.split(":");
  return { offset: hex(offset), value: hex(value) };
}
