import { hexAddress } from "../bytes/hex.ts";
import { roundDown, roundUp, writeU32 } from "../bytes/words.ts";
import type { Check } from "../check/check.ts";
import { checkWord } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { EspError, throwIfAborted } from "../errors.ts";
import { checkSession } from "../session/check-session.ts";
import type { LiveSession, Session } from "../session/session.ts";
import { operation, stopwatch } from "../session/talk/operation.ts";
import { progressTeller } from "../session/talk/progress.ts";
import { readRegister } from "../session/talk/registers.ts";
import { requireMemoryAccess, requireWord } from "./access.ts";
import { returnToCommonRate } from "./common-rate.ts";
import { checkMemoryOptions, type MemoryOptions } from "./read-memory.ts";

export interface MemoryRange {
  readonly address: number;
  readonly sizeBytes: number;
}

export interface ReadMemoryResult {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly elapsedMs: number;
}

const PROGRESS_BYTES = 1024;
const ADDRESS_SPACE_BYTES = 2 ** 32;

const checkMemoryRange: Check<MemoryRange> = shape<MemoryRange>({ address: checkWord, sizeBytes: checkWord });

/**
 * Reads a range of the chip's address space, a word at a time, with progress events. Neither address nor size need be
 * multiples of 4: the words around them are read and cut. Throws `argument.invalid`, `chip.secure-download`, `link.*`,
 * `port.*`, `operation.aborted`.
 */
export async function readMemory(
  session: Session,
  range: MemoryRange,
  options: MemoryOptions = {},
): Promise<ReadMemoryResult> {
  const live = checkSession(session, "session");
  const asked = checkMemoryRange(range, "range");
  const wanted = checkMemoryOptions(options, "options");
  requireMemoryAccess(live);
  requireRange(asked);
  return await operation(live, wanted.signal, async () => {
    await returnToCommonRate(live);
    const elapsed = stopwatch(live);
    const data = await readWords(live, asked);
    return { data, elapsedMs: elapsed() };
  });
}

async function readWords(session: LiveSession, { address, sizeBytes }: MemoryRange): Promise<Uint8Array<ArrayBuffer>> {
  const first = roundDown(address, 4);
  const words = new Uint8Array(roundUp(address + sizeBytes, 4) - first);
  const tell = progressTeller(session, { phase: "read", total: sizeBytes });
  const report = (done: number): void => tell(done, address + done);
  for (let done = 0; done < words.length; done += 4) {
    throwIfAborted(session.link.signal);
    if (done > 0 && done % PROGRESS_BYTES === 0) report(first + done - address);
    writeU32(words, done, await readRegister(session, first + done));
  }
  if (sizeBytes > 0) report(sizeBytes);
  return words.slice(address - first, address - first + sizeBytes);
}

function requireRange({ address, sizeBytes }: MemoryRange): void {
  requireWord(address, "address");
  requireWord(sizeBytes, "size");
  if (address + sizeBytes <= ADDRESS_SPACE_BYTES) return;
  throw new EspError(
    "argument.invalid",
    `${sizeBytes} bytes at ${hexAddress(address)} reach beyond the last address, 0xffffffff.`,
    { hint: "Ask for less.", details: { address, sizeBytes } },
  );
}
