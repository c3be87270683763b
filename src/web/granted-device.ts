import type { Port } from "../core/port/port.ts";

/** A device that the page may use, and a port to it. */
export interface GrantedDevice {
  /** The browser's own object: the same device has the same one, as long as it stays plugged in. */
  readonly device: object;
  readonly port: Port;
  /** What the browser says; a device that is away may still be listed. */
  readonly isThere: boolean;
}

/** Asks for a device once more, as a click of the person has to. */
export interface AskAgain {
  /** What to say to the person, in English. */
  readonly message: string;
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
