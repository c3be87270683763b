import { Deadline } from "../clock.ts";
import type { Link } from "../link/link.ts";
import { SYNC, SYNC_REPLIES } from "../wire/commands.ts";

/** Further replies follow the first at once; this much silence ends the waiting for them. */
const FOLLOWING_MS = 100;

export interface SyncResult {
  /** Every reply carried the value 0: the flasher stub answers, not the ROM. */
  readonly stubRunning: boolean;
  readonly replies: number;
}

/** One SYNC and its replies; null when none came within the time. */
export async function syncOnce(link: Link, timeoutMs: number): Promise<SyncResult | null> {
  link.discard();
  await link.send(SYNC, {});
  link.counters.exchanges++;
  let deadline = new Deadline(link.clock, timeoutMs);
  let replies = 0;
  let stubRunning = true;
  while (replies < SYNC_REPLIES) {
    const reply = await link.receive(SYNC, deadline);
    if (reply === null) break;
    // A refusal of an earlier command may be under way still; it looks like a reply but has an error status.
    if (reply.opcode !== SYNC.opcode || reply.data[0] !== 0) continue;
    replies++;
    if (reply.value !== 0) stubRunning = false;
    deadline = new Deadline(link.clock, FOLLOWING_MS);
  }
  return replies === 0 ? null : { stubRunning, replies };
}
