// Shelf: the manners of talking to a loader: one operation at a time, in step, at the right rate; registers, RAM.
// In: a session, and what is to be read, written or done.
// Out: values, and a line that is in step again after trouble.

import { type AbortSignalLike, isEspError, throwIfAborted } from "../../errors.ts";
import type { LiveSession } from "../session.ts";
import { repeatable, resynchronise } from "./resynchronise.ts";
import { mayBeAnotherChip, noteSameChip, requireSameChip } from "./same-chip.ts";

/**
 * The frame around every public operation on a session: its abort signal is in force while it runs, whatever an
 * earlier, broken-off operation left on the line is cleared first, and after a pause the chip is asked whether it is
 * still the same one.
 * Throws `session.busy` while another operation runs, `session.closed` after the end, `connect.wrong-chip` when the chip
 * was exchanged meanwhile, and what the work throws.
 */
export async function operation<T>(
  session: LiveSession,
  signal: AbortSignalLike | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const { link } = session;
  return await link.reserve(signal, async () => {
    try {
      throwIfAborted(link.signal);
      const result = await onCommonGround(session, () => onSameChip(session, work));
      // Who has stopped it is not told that it has ended well, even if it had ended by then.
      throwIfAborted(link.signal);
      return result;
    } catch (error) {
      // The answer that nobody waits for any more may still come, and a stub may stand in the middle of a flash read.
      if (isEspError(error, "operation.aborted")) link.suspect = true;
      if (isEspError(error, "port.lost")) link.onLost?.(error);
      throw error;
    }
  });
}

async function onSameChip<T>(session: LiveSession, work: () => Promise<T>): Promise<T> {
  const { link } = session;
  if (mayBeAnotherChip(link)) await repeatable(session, () => requireSameChip(session));
  const heard = link.bytesReceived;
  const result = await work();
  if (link.bytesReceived !== heard) noteSameChip(link);
  return result;
}

/** A step of an operation that is resumed after broken-off steps: what these left on the line is cleared first. */
export async function onCommonGround<T>(session: LiveSession, work: () => Promise<T>): Promise<T> {
  if (session.link.suspect) await resynchronise(session);
  return await work();
}

/** Milliseconds that `work` took, on the clock of the session's port. */
export function stopwatch(session: LiveSession): () => number {
  const start = session.link.clock.now();
  return () => session.link.clock.now() - start;
}
