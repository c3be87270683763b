import { hexAddress } from "../bytes/hex.ts";
import { roundDown } from "../bytes/words.ts";
import { EspError } from "../errors.ts";
import { parseIntelHex } from "./intel-hex.ts";
import { type ImageNotice, note } from "./notice.ts";
import { type PlacedFile, SECTOR_BYTES } from "./overlap.ts";
import type { Run } from "./runs.ts";
import { isUf2, parseUf2 } from "./uf2.ts";

export type FirmwareKind = "binary" | "intel-hex" | "uf2" | "elf";

export interface FirmwareFile {
  readonly kind: FirmwareKind;
  /** What goes where. An ELF file is one part, as it is: it must be made an image first. */
  readonly parts: readonly PlacedFile[];
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

/**
 * Finds out what a file is from its contents, never from its name, and splits what has addresses of its own. Throws
 * `image.invalid` or `image.truncated` for Intel HEX or UF2 that is damaged, rather than take it for raw data.
 */
export function readFirmwareFile(bytes: Uint8Array, place: FirmwarePlace): FirmwareFile {
  if (isUf2(bytes)) {
    const { runs, familyId } = parseUf2(bytes);
    return { kind: "uf2", familyId, ...placeRuns(runs, place, "a UF2 file") };
  }
  if (looksLikeIntelHex(bytes)) {
    const { runs } = parseIntelHex(bytes);
    return { kind: "intel-hex", familyId: null, ...placeRuns(runs, place, "an Intel HEX file") };
  }
  const isElf = bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
  const parts = [{ address: place.address, data: bytes, name: place.name }];
  return { kind: isElf ? "elf" : "binary", parts, familyId: null, notices: [] };
}

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
  const start = firstCharacter(bytes);
  if (bytes[start] !== 0x3a || bytes.length - start < SHORTEST_RECORD) return false;
  let strange = 0;
  for (let index = start; index < bytes.length; index++) if (!IS_RECORD_CHARACTER[bytes[index] as number]) strange++;
  return strange * 16 <= bytes.length - start;
}

/** Behind a byte order mark and blanks. */
function firstCharacter(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d || bytes[at] === 0x0a) at++;
  return at;
}

function placeRuns(
  runs: readonly Run[],
  { address, name }: FirmwarePlace,
  format: string,
): Pick<FirmwareFile, "parts" | "notices"> {
  const [first] = runs;
  if (first === undefined)
    throw new EspError("image.invalid", `'${name}' is ${format} without data.`, {
      hint: "Build or copy the file again.",
      details: { file: name },
    });
  const joined = joinWithinSectors(runs);
  const parts = joined.map((run, index) => ({
    ...run,
    name: joined.length === 1 ? name : `${name} [${index + 1}/${joined.length}]`,
  }));
  if (first.address === address) return { parts, notices: [] };
  const message = `'${name}' is ${format} with addresses of its own, so ${hexAddress(address)} is ignored.`;
  return { parts, notices: [note("image.own-addresses", message)] };
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
