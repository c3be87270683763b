import type { LiveSession } from "../../session/session.ts";
import { progressTeller } from "../../session/talk/progress.ts";
import { flashDigest, flashHolds } from "../flash-digest.ts";
import { cutOffset, sectorCount, sectorEnd, sectorStart } from "../sectors.ts";
import { meaningOf } from "../skip/ask-flash.ts";
import type { Found } from "../skip/known-sectors.ts";
import { nextToSettle, nothingSettled, settled } from "../skip/settle-sectors.ts";
import type { FilePlan } from "../write/plan-write.ts";

/**
 * What flash holds where a file is to go: the same; something else; nothing but FF, where the file has something else.
 * `unknown`: nobody can tell, because the chip encrypts what it writes.
 */
export type RegionState = "same" | "different" | "blank" | "unknown";

export interface ComparedRegion {
  readonly address: number;
  readonly sizeBytes: number;
  readonly state: RegionState;
}

export interface ComparedFile {
  readonly name: string;
  /** As given. */
  readonly address: number;
  readonly sizeBytes: number;
  readonly encrypted: boolean;
  /** All that the file has in flash, with what fills it up, in order and without gaps. */
  readonly regions: readonly ComparedRegion[];
  /** What lies beside it in its first and last sector, and would be erased with them. */
  readonly erased: readonly { readonly address: number; readonly sizeBytes: number }[];
}

/** `isWhole`: it is asked for as one. Throws `link.*`, `port.*`, `operation.aborted`. */
export async function compareFile(session: LiveSession, file: FilePlan, isWhole: boolean): Promise<ComparedFile> {
  const { name, address, sizeBytes, encrypted, writeAddress, data } = file;
  const whole = { address: writeAddress, sizeBytes: data.length };
  let regions: ComparedRegion[];
  if (encrypted) regions = [{ ...whole, state: "unknown" }];
  else if (isWhole)
    regions = [{ ...whole, state: meaningOf(await flashDigest(session, writeAddress, data.length), data) }];
  else regions = await confirmed(session, file, joined(file, await statesOf(session, file)));
  return { name, address, sizeBytes, encrypted, regions, erased: erasedBeside(regions) };
}

/** Of each sector that the file touches. */
async function statesOf(session: LiveSession, { name, writeAddress, data }: FilePlan): Promise<Found[]> {
  const count = sectorCount(writeAddress, data.length);
  const tell = progressTeller(session, { phase: "verify", total: data.length, file: name });
  const cut = (index: number): number => cutOffset(writeAddress, data.length, index);
  const states: Found[] = [];
  let settling = nothingSettled(count);
  for (let range = nextToSettle(settling, count); range !== null; range = nextToSettle(settling, count)) {
    const wanted = data.subarray(cut(range.from), cut(range.to));
    const digest = await flashDigest(session, writeAddress + cut(range.from), wanted.length);
    const found = meaningOf(digest, wanted);
    settling = settled(settling, range, found);
    for (let sector = range.from; sector < settling.at; sector++)
      states[sector] = found === "blank" && isBlank(data.subarray(cut(sector), cut(sector + 1))) ? "same" : found;
    tell(cut(settling.at), writeAddress + cut(settling.at));
  }
  return states;
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0xff);

/** Neighbours of one state together. */
function joined({ writeAddress, data }: FilePlan, states: readonly Found[]): ComparedRegion[] {
  const regions: { address: number; sizeBytes: number; state: Found }[] = [];
  for (const [sector, state] of states.entries()) {
    const from = cutOffset(writeAddress, data.length, sector);
    const sizeBytes = cutOffset(writeAddress, data.length, sector + 1) - from;
    const last = regions.at(-1);
    if (last?.state === state) last.sizeBytes += sizeBytes;
    else regions.push({ address: writeAddress + from, sizeBytes, state });
  }
  return regions;
}

/** Answers carry no checksum, so that something differs is believed when the chip says so twice. */
async function confirmed(
  session: LiveSession,
  { writeAddress, data }: FilePlan,
  regions: readonly ComparedRegion[],
): Promise<ComparedRegion[]> {
  const result: ComparedRegion[] = [];
  for (const region of regions) {
    const { address, sizeBytes, state } = region;
    const offset = address - writeAddress;
    const isSame =
      state === "different" && (await flashHolds(session, address, data.subarray(offset, offset + sizeBytes)));
    const last = result.at(-1);
    const known = isSame ? "same" : state;
    if (last?.state === known) result[result.length - 1] = { ...last, sizeBytes: last.sizeBytes + sizeBytes };
    else result.push({ ...region, state: known });
  }
  return result;
}

/** Pure. */
function erasedBeside(regions: readonly ComparedRegion[]): { address: number; sizeBytes: number }[] {
  const [first] = regions;
  const last = regions.at(-1);
  if (first === undefined || last === undefined) return [];
  const start = sectorStart(first.address);
  const end = last.address + last.sizeBytes;
  return [
    ...(first.state === "same" ? [] : [{ address: start, sizeBytes: first.address - start }]),
    ...(last.state === "same" ? [] : [{ address: end, sizeBytes: sectorEnd(end) - end }]),
  ].filter(({ sizeBytes }) => sizeBytes > 0);
}
