import { hexAddress, toHex } from "../../bytes/hex.ts";
import { md5 } from "../../bytes/md5.ts";
import { equalBytes, roundDown, roundUp } from "../../bytes/words.ts";
import { type ErrorCode, EspError, isEspError } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { stopwatch } from "../../session/talk/operation.ts";
import { progressTeller } from "../../session/talk/progress.ts";
import { isLineError, resynchronise } from "../../session/talk/resynchronise.ts";
import { NAND_READ } from "../../wire/nand-commands.ts";
import { receiveFrames } from "../read/receive-frames.ts";
import type { FlashRange } from "../setup/range.ts";
import { checkRange } from "../setup/range.ts";
import { checkNandOptions, type NandOptions, nandOperation } from "./attach-nand.ts";
import { flashFailure } from "./flash-failure.ts";
import { NAND, requireInNand } from "./geometry.ts";
import { emitSkip } from "./good-blocks.ts";
import { isMarked } from "./marks.ts";

export interface ReadNandResult {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly address: number;
  /** Addresses of the bad blocks that were left out. */
  readonly skipped: readonly number[];
  readonly elapsedMs: number;
}

/**
 * Reads so many bytes of good blocks: marked ones are left out, and what follows them is joined to what came before.
 * With `"all"` everything to the end of the flash.
 *
 * Throws `flash.out-of-range`, `flash.read-corrupt`, `nand.too-few-blocks` when the flash ends too early, `nand.*`,
 * `stub.*`, `link.*`, `operation.aborted`.
 */
export async function readNand(session: Session, range: FlashRange, options: NandOptions): Promise<ReadNandResult> {
  const live = checkSession(session, "session");
  const asked = checkRange(range, "range");
  const wanted = checkNandOptions(options, "options");
  const { address } = asked;
  requireInNand(address, asked.sizeBytes === "all" ? 0 : asked.sizeBytes);
  return await nandOperation(live, wanted, async () => {
    const elapsed = stopwatch(live);
    const isAll = asked.sizeBytes === "all";
    const total = asked.sizeBytes === "all" ? NAND.sizeBytes - address : asked.sizeBytes;
    const data = new Uint8Array(total);
    const skipped: number[] = [];
    const skip = emitSkip(live);
    const tell = progressTeller(live, { phase: "read", total });
    let done = 0;
    for (let at = address; done < total && at < NAND.sizeBytes; ) {
      const block = Math.floor(at / NAND.blockBytes);
      const end = (block + 1) * NAND.blockBytes;
      if (await isMarked(live, block)) {
        skipped.push(block * NAND.blockBytes);
        skip(block);
      } else {
        const part = data.subarray(done, done + end - at);
        await readNandPart(live, at, part, (bytes) => tell(done + bytes, at + bytes));
        done += part.length;
      }
      at = end;
    }
    if (!isAll && done < total) throw endsEarly(address, total, done);
    const elapsedMs = elapsed();
    live.emit({ type: "read.done", address, sizeBytes: done, elapsedMs });
    return { data: data.subarray(0, done), address, skipped, elapsedMs };
  });
}

function endsEarly(address: number, sizeBytes: number, available: number): EspError {
  return new EspError(
    "nand.too-few-blocks",
    `Not enough good blocks: from ${hexAddress(address)} on they hold ${available} of ${sizeBytes} bytes.`,
    { hint: "Ask for less, or for all.", details: { address, sizeBytes, available } },
  );
}

/** Fact sheet 3.6. */
const FRAME_TIMEOUT_MS = 10_000;
const SMALLEST_PART_BYTES: number = 2 * NAND.pageBytes;
const PART_FACTOR = 4;
/** So often a part may be read again without any success. */
const FUTILE_READS = 6;

/** Bytes of one block, read again in smaller pieces where the line is bad. Throws `flash.read-corrupt`, `link.*`. */
export async function readNandPart(
  session: LiveSession,
  address: number,
  data: Uint8Array<ArrayBuffer>,
  onRead: (done: number) => void = () => undefined,
): Promise<void> {
  let done = 0;
  let futile = 0;
  let partBytes: number = NAND.blockBytes;
  while (done < data.length) {
    // The flash is read in whole pages.
    const start = roundDown(address + done, NAND.pageBytes);
    const lead = address + done - start;
    const length = Math.min(data.length - done, partBytes - lead);
    const pages = new Uint8Array(roundUp(lead + length, NAND.pageBytes));
    try {
      await readPages(session, start, pages, (bytes) => onRead(done + Math.max(0, Math.min(bytes - lead, length))));
      data.set(pages.subarray(lead, lead + length), done);
      done += length;
      futile = 0;
      partBytes = Math.min(NAND.blockBytes, partBytes * PART_FACTOR);
    } catch (error) {
      if (!isWorthRepeating(error)) throw error;
      if (++futile > FUTILE_READS) throw error;
      // An unreadable page is worth two more tries, not all of them.
      if (isUnreadable(error) && futile > 2) throw error;
      partBytes = Math.max(SMALLEST_PART_BYTES, partBytes / PART_FACTOR);
      await resynchronise(session);
    }
  }
}

const DISTURBED: ReadonlySet<ErrorCode> = new Set(["flash.read-corrupt", "link.status", "link.unsupported-command"]);

/**
 * Lost and garbled answers and data, and every refusal: a request may be garbled into one that is not allowed. But a
 * failure of the flash can only be that of the write before.
 */
function isWorthRepeating(error: unknown): boolean {
  if (flashFailure(error) !== null) return false;
  return isLineError(error) || (isEspError(error) && DISTURBED.has(error.code));
}

/** True when the chip itself could not read the flash; the line was good. */
export function isUnreadable(error: unknown): boolean {
  return isEspError(error, "flash.read-corrupt") && error.details["unreadable"] === true;
}

async function readPages(
  session: LiveSession,
  address: number,
  part: Uint8Array<ArrayBuffer>,
  onRead: (done: number) => void,
): Promise<void> {
  const stated = await receiveFrames(session, {
    command: NAND_READ,
    address,
    part,
    onRead,
    timeoutMs: FRAME_TIMEOUT_MS,
  });
  const computed = md5(part);
  if (equalBytes(stated, computed)) return;
  const details = { address, sizeBytes: part.length, chipMd5: toHex(stated), dataMd5: toHex(computed) };
  // The stub's way of saying that the flash gave an error: zeros, and their digest inverted (fact sheet 3.17).
  const unreadable = stated.every((byte, index) => byte === (~(computed[index] ?? 0) & 0xff));
  if (unreadable)
    throw new EspError(
      "flash.read-corrupt",
      `The NAND flash cannot be read at ${hexAddress(address)}: the digest of its contents is marked invalid.`,
      {
        hint: "More bits are wrong than its error correction can mend; the block should no longer be used.",
        details: { ...details, unreadable },
      },
    );
  throw new EspError("flash.read-corrupt", "Digest mismatch: what was read from NAND flash was damaged on the way.", {
    hint: "Try a lower baud rate or another cable.",
    details,
  });
}
