import { type AbortSignalLike, abortedError, throwIfAborted } from "../errors.ts";
import type { Port, PortSink } from "../port/port.ts";

/**
 * Opens a port, unless the signal fires before it is open; it is closed then. Opening may take long (a network).
 * Throws what the port throws, and `operation.aborted`.
 */
export async function openAbortably(
  port: Port,
  { baudRate, sink, signal }: { baudRate: number; sink: PortSink; signal: AbortSignalLike | undefined },
): Promise<void> {
  throwIfAborted(signal);
  const giveUp = (): void => void port.close().catch(() => {});
  signal?.addEventListener("abort", giveUp);
  try {
    await port.open({ baudRate }, sink);
  } catch (error) {
    throw signal?.aborted ? abortedError(signal) : error;
  } finally {
    signal?.removeEventListener("abort", giveUp);
  }
  if (!signal?.aborted) return;
  await port.close();
  throw abortedError(signal);
}
