import type { Clock } from "../core/clock.ts";
import type { AbortSignalLike } from "../core/errors.ts";
import type { PortInfo } from "../core/port/port.ts";
import type { AskAgain, FollowOptions, GrantedDevice } from "./granted-device.ts";

/** A device needs a second or two to be back; only after that is the person asked. */
const ASK_AFTER_MS = 3000;

/** Meanwhile the board may come back as what it was: nobody has to click then. */
const LOOK_EVERY_MS = 1000;
const MESSAGE =
  "The board is away. Please plug it in, or, if it is, choose it once more in the browser's list: it may have come back as " +
  "another USB device, which this page may not use yet.";

/** What else the search needs is handed to it: what it shared with the page would cost every page a file of its own. */
export interface Search {
  readonly known: PortInfo;
  /** In another mode a chip with USB of its own has another product id; an adapter keeps its own. */
  readonly changesProduct: boolean;
  readonly others: ReadonlySet<object>;
  readonly missingForMs: number;
  readonly clock: Clock;
  readonly follow: Pick<FollowOptions, "granted" | "request">;
  /** Asks the person for the device; null where nobody can be asked. Never throws: what fails is told to `onFailure`. */
  readonly ask: ((again: AskAgain, onFailure: () => void) => void) | null;
  /** Fires when nobody waits for the device any more. */
  readonly signal: AbortSignalLike;
}

/** The device that came back, among those that the page may use, or the one that the person chooses; null: not there (yet). */
export async function findAgain(search: Search): Promise<GrantedDevice | null> {
  const found = await amongGranted(search);
  const { ask, missingForMs, signal } = search;
  // Closed while it was looked for: nobody would end the waiting.
  if (found !== null || ask === null || missingForMs < ASK_AFTER_MS || signal.aborted) return found;
  return await askAndLook(search, ask);
}

async function amongGranted({ known, changesProduct, others, follow }: Search): Promise<GrantedDevice | null> {
  const granted = (await follow.granted()).filter(({ device, isThere }) => isThere && !others.has(device));
  return sameDevice(
    { ...known, changesProduct },
    granted.map((one) => ({ one, info: one.transport.info })),
  );
}

/** Until the person has chosen, or the device is back by itself, or nobody waits for it any more. */
function askAndLook(
  search: Search,
  ask: (again: AskAgain, onFailure: () => void) => void,
): Promise<GrantedDevice | null> {
  const { clock, follow, signal } = search;
  let tellSettled: () => void = () => {};
  const settled = new Promise<void>((resolve) => {
    tellSettled = resolve;
  });
  return new Promise<GrantedDevice | null>((resolve) => {
    let isOver = false;
    let stopLooking: () => void = () => {};
    const end = (device: GrantedDevice | null): void => {
      isOver = true;
      stopLooking();
      signal.removeEventListener("abort", cancel);
      resolve(device);
      tellSettled();
    };
    const look = async (): Promise<void> => {
      const found = await amongGranted(search).catch(() => null);
      if (isOver) return;
      if (found === null) lookLater();
      else end(found);
    };
    const lookLater = (): void => {
      stopLooking = clock.after(LOOK_EVERY_MS, () => void look());
    };
    const cancel = (): void => end(null);
    lookLater();
    signal.addEventListener("abort", cancel);
    ask({ message: MESSAGE, settled, cancel, choose: async () => end(await follow.request()) }, cancel);
  });
}

/**
 * Which of these is the device that was `known`: by its serial number where the browser tells one, else the only one of its
 * maker's that can be it. Null when none is, or when several could be it. Pure.
 */
export function sameDevice<One>(
  {
    usbVendorId,
    usbProductId,
    serialNumber,
    changesProduct,
  }: Omit<PortInfo, "path"> & { readonly changesProduct: boolean },
  candidates: readonly { readonly one: One; readonly info: PortInfo }[],
): One | null {
  const sameVendor = candidates.filter(({ info }) => usbVendorId !== undefined && info.usbVendorId === usbVendorId);
  const only = (list: typeof candidates): One | null => (list.length === 1 ? (list[0]?.one ?? null) : null);
  if (serialNumber !== undefined) {
    const byNumber = only(sameVendor.filter(({ info }) => info.serialNumber === serialNumber));
    if (byNumber !== null) return byNumber;
  }
  // Whose number is another one is another board; ROMs have none, or one of their own.
  const possible = sameVendor.filter(
    ({ info }) => changesProduct || serialNumber === undefined || info.serialNumber === undefined,
  );
  const sameProduct = only(possible.filter(({ info }) => info.usbProductId === usbProductId));
  if (sameProduct !== null) return sameProduct;
  return changesProduct ? only(possible) : null;
}
