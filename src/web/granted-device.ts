import type { Transport } from "../core/port/transport.ts";

/** A device that the page may use, and the way to it. */
export interface GrantedDevice {
  /** The browser's own object: the same device has the same one, as long as it stays plugged in. */
  readonly device: object;
  readonly transport: Transport;
  /** What the browser says; a device that is away may still be listed. */
  readonly isThere: boolean;
}

/** Asks for a device once more, as a click of the person has to; that it is plugged in again may be enough. */
export interface AskAgain {
  /** What to say to the person, in English. */
  readonly message: string;
  /** Resolves when it is not asked for any more: it was chosen, it came back by itself, or nobody waits for it. Never rejects. */
  readonly settled: Promise<void>;
  /** To be called from a click. Throws what `requestPort` throws; it may be called again then. */
  choose(): Promise<void>;
  /** The person does not want to: whoever waits for the device hears that it is missing. */
  cancel(): void;
}

/** How a device is found again that went away and came back as another one. */
export interface FollowOptions {
  /** What the page may use now. */
  granted(): Promise<readonly GrantedDevice[]>;
  /** The browser's list, shown again. */
  request(): Promise<GrantedDevice>;
  readonly onAskAgain?: ((again: AskAgain) => void) | undefined;
}
