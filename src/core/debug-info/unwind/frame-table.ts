// Shelf: unwinding: which registers a function has saved where, at each of its instructions.
// In: `.debug_frame` and `.eh_frame`.
// Out: rules that lead from a frame to its caller's.

import { lastOf } from "../../bytes/search-sorted.ts";
import { Cursor, damagedDebugInfo } from "../dwarf/cursor.ts";
import { type DebugInfoProblem, type DebugSections, problemOf } from "../dwarf/sections.ts";

/** What the functions of a unit have in common (Common Information Entry). */
export interface FrameCommon {
  readonly codeAlignment: number;
  readonly dataAlignment: number;
  readonly returnAddressRegister: number;
  /** How addresses are written in `.eh_frame`; 0: as they are. */
  readonly pointerEncoding: number;
  /** The frame is that of an interrupted function: its program counter is no return address. */
  readonly isSignalFrame: boolean;
  readonly hasAugmentationData: boolean;
  readonly instructions: Cursor;
}

/** How one function's frame looks (Frame Description Entry). */
export interface FrameDescription {
  readonly common: FrameCommon;
  readonly low: number;
  readonly high: number;
  readonly section: string;
  readonly bytes: Uint8Array;
  /** Where its instructions are in the section. */
  readonly start: number;
  readonly end: number;
}

export interface FrameTable {
  /** By address, ascending; `.debug_frame` is looked at first. */
  readonly debugFrame: readonly FrameDescription[];
  readonly ehFrame: readonly FrameDescription[];
}

type IsCode = (address: number) => boolean;
type Report = (problem: DebugInfoProblem) => void;

/** Reads where the frames are described; their instructions are run when somebody asks. */
export function readFrameTable(sections: DebugSections, isCode: IsCode, report: Report): FrameTable {
  const debug: Source = { section: ".debug_frame", bytes: sections.frame, address: 0, isEh: false };
  const eh: Source = { section: ".eh_frame", bytes: sections.ehFrame, address: sections.ehFrameAddress, isEh: true };
  return { debugFrame: descriptions(debug, isCode, report), ehFrame: descriptions(eh, isCode, report) };
}

interface Source {
  readonly section: string;
  readonly bytes: Uint8Array;
  /** Where the section is in memory. */
  readonly address: number;
  readonly isEh: boolean;
}

function descriptions(source: Source, isCode: IsCode, report: Report): FrameDescription[] {
  const { section, bytes, isEh } = source;
  const commons = new Map<number, FrameCommon>();
  const found: FrameDescription[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const start = at;
    try {
      const head = new Cursor(section, bytes, at);
      const length = head.u32();
      // In .eh_frame a length of zero ends the list.
      if (length === 0) {
        if (isEh) break;
        at += 4;
        continue;
      }
      at = head.at + length;
      if (length === 0xffff_ffff || at > bytes.length)
        throw damagedDebugInfo(section, start, "an entry has a wrong length");
      const description = readDescription(source, commons, new Cursor(section, bytes, head.at, at));
      if (description !== null && description.high > description.low && isCode(description.low))
        found.push(description);
    } catch (error) {
      report(problemOf(error, section, start));
      if (at === start || at > bytes.length) break;
    }
  }
  return found.toSorted((one, other) => one.low - other.low);
}

/** Null for a common entry, which is read when a description refers to it. */
function readDescription(source: Source, commons: Map<number, FrameCommon>, cursor: Cursor): FrameDescription | null {
  const idAt = cursor.at;
  const id = cursor.u32();
  if (source.isEh ? id === 0 : id === 0xffff_ffff) return null;
  const commonOffset = source.isEh ? idAt - id : id;
  const common = commons.get(commonOffset) ?? readCommon(source, commonOffset);
  commons.set(commonOffset, common);
  const low = pointer(source, cursor, common.pointerEncoding);
  // A length has the size of a pointer, and is never relative.
  const length = pointer(source, cursor, common.pointerEncoding & 0x0f);
  if (common.hasAugmentationData) cursor.skip(cursor.uleb());
  const { section, bytes } = source;
  return { common, low, high: low + length, section, bytes, start: cursor.at, end: cursor.end };
}

function readCommon({ section, bytes, isEh }: Source, offset: number): FrameCommon {
  const head = new Cursor(section, bytes, offset);
  const length = head.u32();
  const end = head.at + length;
  const cursor = new Cursor(section, bytes, head.at, end);
  const id = cursor.u32();
  if (id !== (isEh ? 0 : 0xffff_ffff)) throw damagedDebugInfo(section, offset, "no common entry is here");
  const version = cursor.u8();
  if (version !== 1 && version !== 3 && version !== 4)
    throw damagedDebugInfo(section, offset, `version ${version} of frame descriptions is not known`);
  const augmentation = cursor.text();
  if (version === 4) cursor.skip(2);
  const codeAlignment = cursor.uleb();
  const dataAlignment = cursor.sleb();
  const returnAddressRegister = version === 1 ? cursor.u8() : cursor.uleb();
  const data = readAugmentation(cursor, augmentation);
  return { codeAlignment, dataAlignment, returnAddressRegister, ...data, instructions: cursor };
}

type Augmentation = Pick<FrameCommon, "pointerEncoding" | "isSignalFrame" | "hasAugmentationData">;

/** What the letters behind a `z` stand for. Others than these have no length that would be known, but the `z` gives the whole. */
function readAugmentation(cursor: Cursor, augmentation: string): Augmentation {
  if (!augmentation.startsWith("z")) {
    if (augmentation !== "" && augmentation !== "eh")
      throw damagedDebugInfo(cursor.section, cursor.at, `augmentation '${augmentation}' is not known`);
    return { pointerEncoding: 0, isSignalFrame: false, hasAugmentationData: false };
  }
  const size = cursor.uleb();
  const end = cursor.at + size;
  let pointerEncoding = 0;
  for (const letter of augmentation.slice(1)) {
    if (letter === "R") pointerEncoding = cursor.u8();
    else if (letter === "L") cursor.skip(1);
    // A personality routine: an encoding, and a pointer of that encoding.
    else if (letter === "P") cursor.skip(pointerBytes(cursor, cursor.u8()));
    else if (letter !== "S" && letter !== "B") break;
  }
  cursor.at = Math.min(end, cursor.end);
  return { pointerEncoding, isSignalFrame: augmentation.includes("S"), hasAugmentationData: true };
}

const RELATIVE = 0x70;
const TO_HERE = 0x10;
/** Sizes by the low four bits of an encoding; 0 is an address, 1 and 9 are LEB128. */
const SIZES: Readonly<Record<number, number>> = { 0: 4, 2: 2, 3: 4, 4: 8, 10: 2, 11: 4, 12: 8 };

function pointerBytes(cursor: Cursor, encoding: number): number {
  const size = SIZES[encoding & 0x0f];
  if (size === undefined) throw damagedDebugInfo(cursor.section, cursor.at, "a pointer's encoding is not known");
  return size;
}

function pointer({ address }: Source, cursor: Cursor, encoding: number): number {
  const place = address + cursor.at;
  const size = pointerBytes(cursor, encoding);
  const value = cursor.unsigned(size);
  const signed = size === 2 && (encoding & 0x08) !== 0 ? (value << 16) >> 16 : value;
  return (encoding & RELATIVE) === TO_HERE ? (place + signed) >>> 0 : signed;
}

/** The description that holds an address. */
export function descriptionAt({ debugFrame, ehFrame }: FrameTable, address: number): FrameDescription | null {
  return lastHolding(debugFrame, address) ?? lastHolding(ehFrame, address);
}

function lastHolding(list: readonly FrameDescription[], address: number): FrameDescription | null {
  const description = lastOf(list, ({ low }) => low, address);
  return description !== undefined && address < description.high ? description : null;
}
