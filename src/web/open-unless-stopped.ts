import type { OpenDevice, TransportEvents } from "../core/port/transport.ts";

/** Devices of the browser that are busy for somebody who does not wait any more. */
const LATE = new WeakMap<object, Promise<unknown>>();

/** Whoever opens this device next waits until the work on it is over, however that ends. */
export function leaveToSettle(device: object, work: Promise<unknown>): void {
  LATE.set(
    device,
    work.catch(() => {}),
  );
}

/**
 * Opens a device of the browser, of which nobody knows how long that takes: it cannot be told to stop. When the port is closed
 * meanwhile (`signal`), the waiting ends at once, and what is open later is closed again. Throws what `open`
 * throws.
 */
export async function openUnlessStopped<Opened extends OpenDevice>(
  device: object,
  signal: TransportEvents["signal"],
  open: () => Promise<Opened>,
): Promise<Opened> {
  const before = LATE.get(device);
  if (before !== undefined) await unlessStopped(before, signal);
  const opening = open();
  try {
    return await unlessStopped(opening, signal);
  } catch (error) {
    if (signal.aborted) leaveToSettle(device, closeAfter(opening));
    throw error;
  }
}

async function closeAfter(opening: Promise<OpenDevice>): Promise<void> {
  await (await opening).close();
}

/** Rejects as soon as the signal fires: who closes the port does not wait for what a browser is asked. */
export async function unlessStopped<T>(work: Promise<T>, signal: TransportEvents["signal"]): Promise<T> {
  return await new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error("The port was closed."));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
