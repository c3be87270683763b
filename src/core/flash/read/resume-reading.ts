import { toHex } from "../../bytes/hex.ts";
import { type Md5Stream, md5Stream } from "../../bytes/md5.ts";
import { type Check, orNull } from "../../check/check.ts";
import { checkAddress, checkSize } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkFunction, checkText } from "../../check/values.ts";
import { throwIfAborted } from "../../errors.ts";
import type { RestartReason } from "../../events.ts";
import type { LiveSession } from "../../session/session.ts";
import { progressTeller } from "../../session/talk/progress.ts";
import { compareWithFlash } from "../flash-digest.ts";
import { type FlashContents, takeContents } from "./flash-contents.ts";

/** How far a read has come. Plain data, to be kept with the bytes that were handed out, as JSON say. */
export interface ReadCheckpoint {
  /** Of the chip, as `formatMac` has it; null where it does not show one. */
  readonly mac: string | null;
  readonly address: number;
  /** Of the whole range. */
  readonly sizeBytes: number;
  /** How much was handed out, from the start of the range. */
  readonly doneBytes: number;
  /** Of what was handed out: 32 hexadecimal digits. */
  readonly md5: string;
}

/** What an earlier read that was broken off has left. */
export interface ResumeFrom {
  /** As it came with the last piece that was kept. */
  readonly checkpoint: ReadCheckpoint;
  /** Gives back what was handed out. What it throws means that there is nothing to go on from. */
  readonly contents: FlashContents;
}

export const checkResumeFrom: Check<ResumeFrom> = shape<ResumeFrom>({
  checkpoint: shape<ReadCheckpoint>({
    mac: orNull(checkText),
    address: checkAddress,
    sizeBytes: checkSize,
    doneBytes: checkSize,
    md5: checkText,
  }),
  contents: checkFunction,
});

/** What is to be read now. */
interface Range {
  readonly mac: string | null;
  readonly address: number;
  readonly sizeBytes: number;
}

/** So much is looked at and asked about at a time. */
const WINDOW_BYTES = 0x100000;

/**
 * Whether a read may go on where an earlier one was broken off: only when the chip's own digests say that flash holds what
 * was read then. Returns the MD5 of all that, to be gone on with, or why nothing of it may be used. The flash is attached.
 * Throws `link.*`, `port.*`, `operation.aborted`.
 */
export async function whatIsResumed(
  session: LiveSession,
  range: Range,
  { checkpoint, contents }: ResumeFrom,
): Promise<Md5Stream | RestartReason> {
  const obstacle = obstacleTo(checkpoint, range);
  if (obstacle !== null) return obstacle;
  const { address } = range;
  const { doneBytes } = checkpoint;
  const digest = md5Stream();
  const tell = progressTeller(session, { phase: "verify", total: doneBytes });
  let isSame = true;
  for (let offset = 0; offset < doneBytes; offset += WINDOW_BYTES) {
    throwIfAborted(session.link.signal);
    const sizeBytes = Math.min(WINDOW_BYTES, doneBytes - offset);
    const data = await contentsOrNull(contents, offset, sizeBytes);
    if (data === null) return "unreadable";
    if (data.length < sizeBytes) return "damaged";
    digest.update(data);
    // Whether the bytes are those that were read is worth knowing even when flash holds others by now.
    isSame &&= (await compareWithFlash(session, address + offset, new Uint8Array(data))).matches;
    if (isSame) tell(offset + sizeBytes, address + offset);
  }
  if (toHex(digest.clone().digest()) !== checkpoint.md5.toLowerCase()) return "damaged";
  return isSame ? digest : "changed";
}

/** Why it need not even be looked at. Pure. */
function obstacleTo({ mac, address, sizeBytes, doneBytes }: ReadCheckpoint, range: Range): RestartReason | null {
  if (mac !== range.mac) return "other-chip";
  if (address !== range.address || sizeBytes !== range.sizeBytes) return "other-range";
  return doneBytes > sizeBytes ? "damaged" : null;
}

async function contentsOrNull(contents: FlashContents, offset: number, sizeBytes: number): Promise<Uint8Array | null> {
  try {
    return await takeContents(contents, offset, sizeBytes);
  } catch {
    return null;
  }
}
