// Room: firmware files of every kind: what a file is, what it becomes on a chip, several merged into one.
// In: the bytes of a file and its name.
// Out: files with addresses, images, descriptions. No chip is talked to.

import { hexAddress } from "../bytes/hex.ts";
import { roundDown } from "../bytes/words.ts";
import { type ByteSource, checkBytes } from "../check/bytes.ts";
import { type Check, optional, orNull } from "../check/check.ts";
import { checkAddress, checkWord } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { anything, checkText, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { EspError } from "../errors.ts";
import { parseIntelHex, startOfRecords } from "./exchange/intel-hex.ts";
import type { Run } from "./exchange/runs.ts";
import { isUf2, parseUf2, type Uf2 } from "./exchange/uf2.ts";
import { type ImageNotice, note, warning } from "./notice.ts";
import { checkPlacedFiles, type PlacedFile, SECTOR_BYTES } from "./overlap.ts";
import { isUtf16, recogniseContents } from "./recognise-contents.ts";

export type FirmwareKind = "binary" | "intel-hex" | "uf2" | "elf";

/** The part of a UF2 file that is for one family of chips. */
export interface FirmwareFamily {
  /** Null: it does not say whom it is for. */
  readonly familyId: number | null;
  readonly parts: readonly PlacedFile[];
}

export interface FirmwareFile {
  readonly kind: FirmwareKind;
  /**
   * What goes where. An ELF file is one part, as it is: it must be made an image first. Of a UF2 file for several families
   * these are the parts of all of them, of which a chip takes its own.
   */
  readonly parts: readonly PlacedFile[];
  /** Only for a UF2 file with several. */
  readonly families?: readonly FirmwareFamily[] | undefined;
  /** Which chips a UF2 file is for; null for other kinds and where the file does not say. */
  readonly familyId: number | null;
  readonly notices: readonly ImageNotice[];
}

export interface FirmwarePlace {
  /** Where a file without addresses of its own goes. */
  readonly address: number;
  readonly name: string;
}

/** Gaps inside sectors are filled up to this many bytes in all, far beyond any real file's. */
const MAXIMUM_FILL_BYTES = 16 * 1024 * 1024;

const checkPlace: Check<FirmwarePlace> = shape<FirmwarePlace>({ address: checkAddress, name: checkText });

/**
 * Finds out what a file is from its contents, never from its name, and splits what has addresses of its own; a name that
 * says something else is worth a warning. Throws `image.invalid` or `image.truncated` for Intel HEX or UF2 that is
 * damaged, rather than take it for raw data.
 */
export function readFirmwareFile(bytes: ByteSource, place: FirmwarePlace): FirmwareFile {
  const contents = checkBytes(bytes, "bytes");
  const at = checkPlace(place, "place");
  if (isUf2(contents)) return readUf2(parseUf2(contents), at);
  if (looksLikeIntelHex(contents)) {
    const { runs } = parseIntelHex(contents);
    return { kind: "intel-hex", familyId: null, ...placeRuns(runs, at, "an Intel HEX file") };
  }
  const isElf = contents[0] === 0x7f && contents[1] === 0x45 && contents[2] === 0x4c && contents[3] === 0x46;
  const parts = [{ address: at.address, data: contents, name: at.name }];
  if (isElf) return { kind: "elf", parts, familyId: null, notices: [] };
  refuseWideHex(contents, at);
  return { kind: "binary", parts, familyId: null, notices: misleadingName(contents, at) };
}

function readUf2({ families }: Uf2, place: FirmwarePlace): FirmwareFile {
  const [first, ...others] = families.map(({ familyId, runs }) => ({
    familyId,
    ...placeRuns(runs, place, "a UF2 file"),
  }));
  if (first === undefined) throw withoutData(place, "a UF2 file");
  if (others.length === 0) return { kind: "uf2", ...first };
  const all = [first, ...others];
  return {
    kind: "uf2",
    familyId: null,
    parts: all.flatMap(({ parts }) => parts),
    families: all.map(({ familyId, parts }) => ({ familyId, parts })),
    notices: all.flatMap(({ notices }) => notices).slice(0, 1),
  };
}

/** What a name promises. */
const NAMES: readonly (readonly [ending: RegExp, what: string])[] = [
  [/\.i?hex$|\.ihx$/i, "an Intel HEX file"],
  [/\.uf2$/i, "a UF2 file"],
  [/\.elf$/i, "an ELF file"],
];

function misleadingName(bytes: Uint8Array, { name }: FirmwarePlace): ImageNotice[] {
  const promised = NAMES.find(([ending]) => ending.test(name))?.[1];
  if (promised === undefined || bytes.length === 0) return [];
  const contents = recogniseContents(bytes);
  const butIs = contents === null ? "but its contents are none" : `but it is ${contents}`;
  const message = `'${name}' is named like ${promised}, ${butIs}: it is taken as it is.`;
  return [warning("image.misleading-name", message, { file: name, contents })];
}

/** No flash wants Intel HEX as text, and nobody writes text in UTF-16 to it by intent. */
function refuseWideHex(bytes: Uint8Array, { name }: FirmwarePlace): void {
  if (!isUtf16(bytes)) return;
  const isHexText = bytes.includes(COLON, 2) && /\.i?hex$|\.ihx$/i.test(name);
  if (!isHexText && bytes[2] !== COLON && bytes[3] !== COLON) return;
  throw new EspError("image.invalid", `'${name}' is Intel HEX saved as UTF-16, and it must be ASCII.`, {
    hint: "Save it as ASCII or UTF-8, or build it again.",
    details: { file: name },
  });
}

const COLON = 0x3a;
/** A record without data has a colon and ten digits. */
const SHORTEST_RECORD = 11;
const RECORD_CHARACTERS = /[0-9A-Fa-f: \t\r\n]/;
const IS_RECORD_CHARACTER: readonly boolean[] = Array.from({ length: 256 }, (_, code) =>
  RECORD_CHARACTERS.test(String.fromCharCode(code)),
);

/**
 * Begins with a colon, like a record, and goes on in its characters but for one in sixteen: damaged HEX must not be
 * flashed as if it were a binary that happens to begin with a colon, nor the other way round.
 */
function looksLikeIntelHex(bytes: Uint8Array): boolean {
  const start = startOfRecords(bytes);
  if (bytes[start] !== COLON || bytes.length - start < SHORTEST_RECORD) return false;
  let strange = 0;
  for (let index = start; index < bytes.length; index++) if (!IS_RECORD_CHARACTER[bytes[index] as number]) strange++;
  return strange * 16 <= bytes.length - start;
}

function placeRuns(
  runs: readonly Run[],
  { address, name }: FirmwarePlace,
  format: string,
): Pick<FirmwareFile, "parts" | "notices"> {
  const [first] = runs;
  if (first === undefined) throw withoutData({ address, name }, format);
  const joined = joinWithinSectors(runs);
  const parts = joined.map((run, index) => ({
    ...run,
    name: joined.length === 1 ? name : `${name} [${index + 1}/${joined.length}]`,
  }));
  if (first.address === address) return { parts, notices: [] };
  const message = `'${name}' is ${format} with addresses of its own, so ${hexAddress(address)} is ignored.`;
  return { parts, notices: [note("image.own-addresses", message)] };
}

function withoutData({ name }: FirmwarePlace, format: string): EspError {
  return new EspError("image.invalid", `'${name}' is ${format} without data.`, {
    hint: "Build or copy the file again.",
    details: { file: name },
  });
}

/**
 * Runs in one sector become one, FF between them: linkers leave small gaps, and apart the runs would erase each other.
 * What the gap held before is lost either way, for flash is erased by sectors.
 */
function joinWithinSectors(runs: readonly Run[]): Run[] {
  const joined: Run[] = [];
  let group: Run[] = [];
  let end = 0;
  let fillBytes = 0;
  for (const run of runs) {
    if (group.length > 0 && roundDown(run.address, SECTOR_BYTES) < end) {
      fillBytes += run.address - end;
      if (fillBytes > MAXIMUM_FILL_BYTES)
        throw new EspError("image.invalid", "The file consists of tiny pieces with more gaps than data.", {
          details: { address: run.address },
        });
    } else {
      if (group.length > 0) joined.push(fillGroup(group));
      group = [];
    }
    group.push(run);
    end = run.address + run.data.length;
  }
  joined.push(fillGroup(group));
  return joined;
}

function fillGroup(group: readonly Run[]): Run {
  const first = group[0] as Run;
  const last = group.at(-1) as Run;
  if (first === last) return first;
  const data = new Uint8Array(last.address + last.data.length - first.address).fill(0xff);
  for (const run of group) data.set(run.data, run.address - first.address);
  return { address: first.address, data };
}

export const checkFirmwareFile: Check<FirmwareFile> = shape<FirmwareFile>({
  kind: oneOf(["binary", "intel-hex", "uf2", "elf"]),
  parts: checkPlacedFiles,
  families: optional(listOf(shape<FirmwareFamily>({ familyId: orNull(checkWord), parts: checkPlacedFiles }))),
  familyId: orNull(checkWord),
  notices: anything,
});
