import { type AbortSignalLike, EspError, isEspError, throwIfAborted } from "../errors.ts";
import { resynchronise } from "./resynchronise.ts";
import type { Session } from "./session.ts";

/**
 * The frame around every public operation on a session: its abort signal is in force while it runs, and whatever an
 * earlier, broken-off operation left on the line is cleared first.
 * Throws `session.busy` while another operation runs, `session.closed` after the end, and what the work throws.
 */
export async function operation<T>(
  session: Session,
  signal: AbortSignalLike | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const { link } = session;
  if (link.busy)
    throw new EspError("session.busy", "Another operation is under way on this session.", {
      hint: "Wait for it to end; one chip does one thing at a time.",
    });
  if (!link.isOpen)
    throw new EspError("session.closed", "The session is over: its port is closed.", { hint: "Connect again." });
  link.busy = true;
  return await link.withSignal(signal, async () => {
    try {
      throwIfAborted(link.signal);
      if (link.suspect) await resynchronise(session);
      return await work();
    } catch (error) {
      // The answer that nobody waits for any more may still come, and a stub may stand in the middle of a flash read.
      if (isEspError(error, "operation.aborted")) link.suspect = true;
      throw error;
    } finally {
      link.busy = false;
    }
  });
}

/** Milliseconds that `work` took, on the clock of the session's port. */
export function stopwatch(session: Session): () => number {
  const start = session.link.clock.now();
  return () => session.link.clock.now() - start;
}
