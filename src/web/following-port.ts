import { type AbortSignalLike, isEspError } from "../core/errors.ts";
import { loadPart } from "../core/load-part.ts";
import type { Port } from "../core/port/port.ts";
import { portOver } from "../core/port/port-over.ts";
import type { OpenDevice, TransportEvents } from "../core/port/transport.ts";
import { ESPRESSIF_VENDOR_ID } from "../core/port/usb-ids.ts";
import { callSafely } from "../core/shield-listener.ts";
import type { FollowOptions, GrantedDevice } from "./granted-device.ts";
import { unlessStopped } from "./open-unless-stopped.ts";

/**
 * A port that stays with its board: when the device is gone and comes back as another one, as chips with USB of their own do
 * after a reset, `open` opens that one, as far as the browser lets the page. How it is found is loaded when it is needed.
 * `beside`: what the page may use when `first` is chosen.
 */
export function followingPort(first: GrantedDevice, beside: readonly GrantedDevice[], follow: FollowOptions): Port {
  let current = first;
  /** What was there beside it: other boards, which are not to be taken for this one. */
  let others = othersOf(first, beside);
  let missingSinceMs: number | null = null;

  const openCurrent = async (options: { readonly baudRate: number }, events: TransportEvents): Promise<OpenDevice> => {
    const device = await current.transport.open(options, events);
    missingSinceMs = null;
    // Who closes the port waits for no list of the browser's: what is open is let go of.
    others = othersOf(current, await unlessStopped(follow.granted(), events.signal).catch(() => []));
    return device;
  };

  const find = async (sinceMs: number, signal: AbortSignalLike): Promise<GrantedDevice | null> => {
    const load = (): Promise<typeof import("./find-again.ts")> => import("./find-again.ts");
    const { onAskAgain } = follow;
    const { findAgain } = await loadPart("finding a board again", load);
    return await findAgain({
      known: port.info,
      changesProduct: port.info.usbVendorId === ESPRESSIF_VENDOR_ID,
      others,
      missingForMs: port.clock.now() - sinceMs,
      clock: port.clock,
      follow,
      ask: onAskAgain === undefined ? null : (again, onFailure) => callSafely(() => onAskAgain(again), onFailure),
      signal,
    });
  };

  const port = portOver({
    ...first.transport,
    get info() {
      return current.transport.info;
    },
    open: async (options, events) => {
      try {
        return await openCurrent(options, events);
      } catch (error) {
        const { signal } = events;
        if (signal.aborted || !isGone(error)) throw error;
        missingSinceMs ??= port.clock.now();
        const found = await unlessStopped(find(missingSinceMs, signal), signal);
        if (found === null) throw error;
        current = found;
        return await openCurrent(options, events);
      }
    },
  });
  return port;
}

function othersOf({ device }: GrantedDevice, granted: readonly GrantedDevice[]): ReadonlySet<object> {
  return new Set(granted.map((one) => one.device).filter((other) => other !== device));
}

/** Of a device that is gone some browsers say only that it cannot be opened. */
function isGone(error: unknown): boolean {
  return (
    !isEspError(error) || error.code === "port.missing" || error.code === "port.busy" || error.code === "port.failed"
  );
}
