import type { PortInfo } from "../core/port/port.ts";
import type { AskAgain, FollowOptions, GrantedDevice } from "./granted-device.ts";

/** A device needs a second or two to be back; only after that is the person asked. */
const ASK_AFTER_MS = 3000;

const MESSAGE =
  "The board has come back as another USB device, which this page may not use yet. Please choose it once more in the " +
  "browser's list.";

/** What else the search needs is handed to it: what it shared with the page would cost every page a file of its own. */
export interface Search {
  readonly known: PortInfo;
  /** In another mode a chip with USB of its own has another product id; an adapter keeps its own. */
  readonly changesProduct: boolean;
  readonly others: ReadonlySet<object>;
  readonly missingForMs: number;
  readonly follow: Pick<FollowOptions, "granted" | "request">;
  /** Asks the person for the device; null where nobody can be asked. Never throws: what fails is told to `onFailure`. */
  readonly ask: ((again: AskAgain, onFailure: () => void) => void) | null;
  /** Told how to end the waiting for a person. */
  onWait(cancel: () => void): void;
}

/** The device that came back, among those that the page may use, or the one that the person chooses; null: not there (yet). */
export async function findAgain({
  known,
  changesProduct,
  others,
  missingForMs,
  follow,
  ask,
  onWait,
}: Search): Promise<GrantedDevice | null> {
  const granted = (await follow.granted()).filter(({ device, isThere }) => isThere && !others.has(device));
  const found = sameDevice(
    { ...known, changesProduct },
    granted.map((one) => ({ one, info: one.port.info })),
  );
  if (found !== null || ask === null || missingForMs < ASK_AFTER_MS) return found;
  return await new Promise<GrantedDevice | null>((resolve) => {
    const cancel = (): void => resolve(null);
    onWait(cancel);
    ask({ message: MESSAGE, cancel, choose: async () => resolve(await follow.request()) }, cancel);
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
