// Room: RAM and registers by address: load a program and run it, read, write, dump.
// In: a session, addresses, an image for RAM.
// Out: words and bytes; the chip runs the program.

import { type ByteSource, checkBytes, type WithByteSources } from "../check/bytes.ts";
import { type Check, optional } from "../check/check.ts";
import { kindOf } from "../check/describe-value.ts";
import { checkWord } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import { checkText, listOf } from "../check/values.ts";
import { type AbortSignalLike, EspError, isEspError } from "../errors.ts";
import { checkSession } from "../session/check-session.ts";
import type { LiveSession, Session } from "../session/session.ts";
import { stubMemory } from "../session/stub-memory.ts";
import { operation, stopwatch } from "../session/talk/operation.ts";
import { progressTeller } from "../session/talk/progress.ts";
import { repeatable } from "../session/talk/resynchronise.ts";
import { uploadRam } from "../session/talk/upload-ram.ts";
import { MEM_END } from "../wire/commands.ts";
import { requireMemoryAccess } from "./access.ts";
import { returnToCommonRate } from "./common-rate.ts";
import { parseRamImage, type RamImage, unpackRamFile } from "./ram-image.ts";
import { findStubConflicts, isFatal, stubConflictError, stubConflictWarning } from "./stub-conflicts.ts";

export interface LoadRamOptions {
  /** What the image is called in messages. */
  readonly name?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

export interface LoadRamResult {
  readonly segments: readonly { readonly address: number; readonly sizeBytes: number }[];
  readonly entry: number;
  readonly elapsedMs: number;
}

const checkLoadOptions: Check<LoadRamOptions> = shape<LoadRamOptions>({
  name: optional(checkText),
  signal: optional(checkSignal),
});

const checkSegments: Check<RamImage> = shape<RamImage>({
  segments: listOf(shape<RamImage["segments"][number]>({ address: checkWord, data: checkBytes })),
  entry: checkWord,
});

/** Bytes, unless it says that it is segments. */
const checkRamImage: Check<Uint8Array | RamImage> = (value, argument) =>
  kindOf(value) === "object" ? checkSegments(value, argument) : checkBytes(value, argument);

/**
 * Loads a program into RAM and starts it. The loader is gone then: all that is left to do with the session is
 * `disconnect`, with `untouched` if the program is to go on.
 *
 * `image` is the bytes of an image file or of an Intel HEX file of one, or segments that were made otherwise.
 * Throws `image.*`, `file.empty`, `chip.secure-download`, `link.*`, `port.*`, `operation.aborted`.
 */
export async function loadRam(
  session: Session,
  image: ByteSource | WithByteSources<RamImage>,
  options: LoadRamOptions = {},
): Promise<LoadRamResult> {
  const live = checkSession(session, "session");
  const program = checkRamImage(image, "image");
  const wanted = checkLoadOptions(options, "options");
  requireMemoryAccess(live);
  const { segments, entry } =
    program instanceof Uint8Array ? readImage(live, program, wanted.name ?? "the image") : requireSegments(program);
  return await operation(live, wanted.signal, async () => {
    await spareTheStub(live, segments);
    // A program that does not set its rate talks at that of the loader, and nobody listens at one that was found out.
    await returnToCommonRate(live);
    const elapsed = stopwatch(live);
    await upload(live, segments);
    await start(live, entry);
    return {
      segments: segments.map(({ address, data }) => ({ address, sizeBytes: data.length })),
      entry,
      elapsedMs: elapsed(),
    };
  });
}

function readImage(session: LiveSession, bytes: Uint8Array, name: string): RamImage {
  const { image, warnings } = parseRamImage(unpackRamFile(bytes, name), session.chip);
  for (const warning of warnings) session.emit({ type: "warning", ...warning });
  return image;
}

function requireSegments(image: RamImage): RamImage {
  const wrong = image.segments.find(({ address, data }) => address < 0 || address + data.length > 2 ** 32);
  if (wrong === undefined) return image;
  throw new EspError("argument.invalid", "A segment reaches beyond the addresses of 32 bits.", {
    details: { address: wrong.address, sizeBytes: wrong.data.length },
  });
}

/** Before anything is sent: half an image over the stub would leave a chip that answers nobody. */
async function spareTheStub(session: LiveSession, segments: RamImage["segments"]): Promise<void> {
  const conflicts = findStubConflicts(session.chip, segments, await stubMemory(session));
  const fatal = conflicts.find(isFatal);
  if (fatal !== undefined) throw stubConflictError(fatal);
  for (const conflict of conflicts)
    session.emit({ type: "warning", code: "image.near-stub", message: stubConflictWarning(conflict) });
}

async function upload(session: LiveSession, segments: RamImage["segments"]): Promise<void> {
  const total = segments.reduce((sum, { data }) => sum + data.length, 0);
  const blockSize = session.traits.ramBlockSize;
  const tell = progressTeller(session, { phase: "upload", total });
  let before = 0;
  for (const { address, data } of segments) {
    if (data.length === 0) continue;
    const onProgress = (doneBytes: number): void => tell(before + doneBytes, address + doneBytes);
    // A segment may be sent again from its MEM_BEGIN on: nothing runs it yet.
    await repeatable(session, () => uploadRam(session.link, { address, data, blockSize, onProgress }));
    before += data.length;
  }
}

/**
 * A ROM jumps before its answer has left the chip, or does not: silence is no failure there (fact sheet 3.6). Sent once
 * only, for what it starts may read the line.
 */
async function start(session: LiveSession, entry: number): Promise<void> {
  const { link, limits, loader } = session;
  const request = { stay: entry === 0 ? 1 : 0, entry };
  if (loader === "stub") {
    await link.exchange(MEM_END, request);
    return;
  }
  try {
    await link.exchange(MEM_END, request, { timeoutMs: limits.memEndRomMs });
  } catch (error) {
    const isSilence = isEspError(error, "link.timeout") || isEspError(error, "link.reply-short");
    if (!isSilence && !isEspError(error, "link.panic")) throw error;
    // Whatever comes is the program's; nobody is to be synchronised with.
    link.suspect = false;
  }
}
