import { Deadline } from "../../clock.ts";
import type { Link } from "../../link/link.ts";
import { SYNC, SYNC_REPLIES } from "../../wire/commands.ts";

/** Further replies follow the first at once; this much silence ends the waiting for them. */
const FOLLOWING_MS = 100;
/** When so many say the same, the others are not worth what an adapter waits before it hands them on. */
const SETTLING_REPLIES = 4;
/** With two more bytes of status, as ROM loaders send, and delimiters. */
const REPLY_BYTES = 14;

export interface SyncResult {
  /** The replies carried the value 0: the flasher stub answers, not the ROM. Most of them decide: one may be garbled. */
  readonly stubRunning: boolean;
  readonly replies: number;
}

/** One SYNC and its replies; null when none came within the time. */
export async function syncOnce(link: Link, timeoutMs: number): Promise<SyncResult | null> {
  link.discard();
  const sentBytes = await link.send(SYNC, {}, timeoutMs);
  link.counters.exchanges++;
  let deadline = new Deadline(link.clock, timeoutMs + link.lineMs(2 * sentBytes));
  let replies = 0;
  let zeros = 0;
  while (replies < SYNC_REPLIES) {
    const reply = await link.receive(SYNC, deadline);
    if (reply === null) break;
    // A refusal of an earlier command may be under way still; it looks like a reply but has an error status.
    if (reply.opcode !== SYNC.opcode || reply.data[0] !== 0) continue;
    replies++;
    if (reply.value === 0) zeros++;
    const isSettled = Math.max(zeros, replies - zeros) >= SETTLING_REPLIES;
    // A loader is let finish. What comes later is an answer to another command than the next, and skipped as such.
    const restMs = link.lineMs((SYNC_REPLIES - replies) * REPLY_BYTES) || FOLLOWING_MS;
    deadline = new Deadline(link.clock, isSettled ? restMs : FOLLOWING_MS);
  }
  return replies === 0 ? null : { stubRunning: zeros * 2 > replies, replies };
}
