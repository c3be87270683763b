import { Deadline } from "../../clock.ts";
import type { Link } from "../../link/link.ts";
import { SYNC, SYNC_REPLIES } from "../../wire/commands.ts";

/** Further replies follow the first at once; this much silence ends the waiting for them. */
const FOLLOWING_MS = 100;

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
    deadline = new Deadline(link.clock, FOLLOWING_MS);
  }
  return replies === 0 ? null : { stubRunning: zeros * 2 > replies, replies };
}
