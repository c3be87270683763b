import { type AbortSignalLike, isEspError, throwIfAborted } from "../errors.ts";
import { resynchronise } from "../session/resynchronise.ts";
import type { Session } from "../session/session.ts";

/**
 * The frame around every public operation on flash: its abort signal is in force while it runs, and whatever an
 * earlier, broken-off operation left on the line is cleared first.
 */
export async function flashOperation<T>(
  session: Session,
  signal: AbortSignalLike | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const { link } = session;
  return await link.withSignal(signal, async () => {
    throwIfAborted(link.signal);
    if (link.suspect) await resynchronise(session);
    try {
      return await work();
    } catch (error) {
      // The answer that nobody waits for any more may still come, and a stub may stand in the middle of a flash read.
      if (isEspError(error, "operation.aborted")) link.suspect = true;
      throw error;
    }
  });
}

/** Milliseconds that `work` took, on the clock of the session's port. */
export function stopwatch(session: Session): () => number {
  const start = session.link.clock.now();
  return () => session.link.clock.now() - start;
}
