import { md5 } from "../bytes/md5.ts";
import { equalBytes } from "../bytes/words.ts";
import { EspError } from "../errors.ts";
import type { LiveSession } from "../session/session.ts";
import { repeatable } from "../session/talk/resynchronise.ts";
import { SPI_FLASH_MD5 } from "../wire/commands.ts";
import { cutOffset, sectorCount } from "./sectors.ts";

/** The error of a loader that has no digests. */
export function requireDigests({ traits, secureDownload }: LiveSession): void {
  if (traits.md5Reply !== null) return;
  throw new EspError("flash.verify-unsupported", "This loader cannot compute digests of flash.", {
    hint: secureDownload ? "Secure Download Mode does not allow it." : "Use the stub.",
  });
}

/** The loader's MD5 of a range of flash, 16 bytes. The digest of nothing would match any flash, so it is not asked for. */
export async function flashDigest(
  session: LiveSession,
  address: number,
  sizeBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0)
    throw new EspError("internal", `A digest of ${sizeBytes} bytes of flash would prove nothing.`);
  return await repeatable(session, () =>
    session.link.exchange(SPI_FLASH_MD5, { address, sizeBytes, reserved1: 0, reserved2: 0 }),
  );
}

/** `trusted`: nothing changed since the last write, and the caller vouches for what is in flash. */
export type Verified = "md5" | "trusted" | "impossible";

/** The digests of both sides. */
export interface Comparison {
  readonly matches: boolean;
  readonly expected: Uint8Array<ArrayBuffer>;
  readonly actual: Uint8Array<ArrayBuffer>;
}

/**
 * Compares a range of flash with data. A difference is believed only when the chip says the same digest twice: replies
 * carry no checksum, and one wrong bit in an answer is more likely than two identical ones.
 */
export async function compareWithFlash(
  session: LiveSession,
  address: number,
  data: Uint8Array<ArrayBuffer>,
): Promise<Comparison> {
  const expected = md5(data);
  let actual = await flashDigest(session, address, data.length);
  for (let asked = 1; asked < 4 && !equalBytes(actual, expected); asked++) {
    const again = await flashDigest(session, address, data.length);
    if (equalBytes(again, actual)) break;
    actual = again;
  }
  return { matches: equalBytes(actual, expected), expected, actual };
}

/** True when flash at `address` holds exactly this; one question, so a false "no" is possible. */
export async function flashHolds(
  session: LiveSession,
  address: number,
  data: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  return equalBytes(await flashDigest(session, address, data.length), md5(data));
}

/** A part of the data, relative to its start; cut at sector boundaries. */
export interface Span {
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface Target {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * How many bytes from the start are in flash already: exact to the sector, found by halving. `knownGood` need not be
 * asked about; nothing beyond `reached` can have been written.
 */
export async function findGoodPrefix(
  session: LiveSession,
  { address, data }: Target,
  { knownGood, reached }: { readonly knownGood: number; readonly reached: number },
): Promise<number> {
  const cut = (index: number): number => cutOffset(address, data.length, index);
  let good = knownGood;
  let low = sectorCount(address, knownGood);
  let high = sectorCount(address, reached);
  // A cut in the middle of a sector proves nothing about the sector.
  if (high > low && cut(high) > reached) high--;
  // The usual case is that all of it arrived and only the answer got lost: try the whole first.
  let probe = high;
  while (low < high) {
    const end = cut(probe);
    if (await flashHolds(session, address + good, data.subarray(good, end))) {
      low = probe;
      good = end;
    } else high = probe - 1;
    probe = Math.ceil((low + high) / 2);
  }
  return good;
}

/** After so many questions the rest counts as different: rewriting it is then cheaper than asking on. */
const QUESTIONS = 64;

/** The sectors that differ from the data, neighbours joined; all of it when too much differs to be told apart. */
export async function findDifferences(session: LiveSession, target: Target): Promise<Span[]> {
  const { address, data } = target;
  const cut = (index: number): number => cutOffset(address, data.length, index);
  const spans: { offset: number; sizeBytes: number }[] = [];
  let questions = 0;
  const add = (from: number, to: number): void => {
    const last = spans.at(-1);
    if (last !== undefined && last.offset + last.sizeBytes === cut(from)) last.sizeBytes += cut(to) - cut(from);
    else spans.push({ offset: cut(from), sizeBytes: cut(to) - cut(from) });
  };
  const same = async (from: number, to: number): Promise<boolean> => {
    questions++;
    return await flashHolds(session, address + cut(from), data.subarray(cut(from), cut(to)));
  };
  // The range is known to differ, so when its left half does not, its right half does.
  const visit = async (from: number, to: number): Promise<void> => {
    if (to - from === 1 || questions >= QUESTIONS) {
      add(from, to);
      return;
    }
    const middle = Math.ceil((from + to) / 2);
    const leftSame = await same(from, middle);
    if (!leftSame) await visit(from, middle);
    if (leftSame || !(await same(middle, to))) await visit(middle, to);
  };
  await visit(0, sectorCount(address, data.length));
  return spans;
}
