/**
 * What the bytes of Improv over serial mean, as data. Source: improv-wifi.com, "Serial", and what its known senders do
 * (fact sheet web-and-webusb 12).
 */

/** `authorization-required` is of the Bluetooth form of Improv; devices on a serial line do not say it. */
export const IMPROV_STATES = {
  stopped: 0,
  "authorization-required": 1,
  ready: 2,
  provisioning: 3,
  provisioned: 4,
} as const;

export type ImprovState = keyof typeof IMPROV_STATES | "unknown";

export const IMPROV_ERRORS = {
  none: 0,
  "invalid-packet": 1,
  "unknown-command": 2,
  "unable-to-connect": 3,
  "not-authorized": 4,
  "bad-hostname": 5,
  unknown: 0xff,
} as const;

export type ImprovErrorName = keyof typeof IMPROV_ERRORS;

export const IMPROV_COMMANDS = {
  wifi: 1,
  state: 2,
  info: 3,
  scan: 4,
  "host-name": 5,
  "device-name": 6,
  network: 7,
} as const;

export type ImprovCommand = keyof typeof IMPROV_COMMANDS;

/** The third byte of a frame after the letters and the version. */
export const FRAME_TYPES = { state: 1, error: 2, command: 3, result: 4 } as const;

/** What one frame says. Numbers are given beside the names: a device may be newer than this list. */
export type ImprovFrame =
  | { readonly type: "state"; readonly value: number; readonly name: ImprovState }
  | { readonly type: "error"; readonly value: number; readonly name: ImprovErrorName }
  /** What a computer sends; `payload` is what stands behind the inner length. */
  | { readonly type: "command"; readonly command: number; readonly payload: Uint8Array<ArrayBuffer> }
  | { readonly type: "result"; readonly command: number; readonly strings: readonly string[] }
  /** The sum is right, and what is inside has not the form that its type asks for. */
  | { readonly type: "malformed"; readonly kind: number; readonly data: Uint8Array<ArrayBuffer> };

/** Before the data: six letters, version, type, length. */
export const IMPROV_LETTERS: Uint8Array<ArrayBuffer> = Uint8Array.from([0x49, 0x4d, 0x50, 0x52, 0x4f, 0x56]);
export const IMPROV_VERSION = 1;
export const HEADER_BYTES = 9;
export const NEWLINE = 0x0a;

export const LONGEST_DATA = 255;
/** 802.11: a name has 1 to 32 bytes, a passphrase up to 63 characters, a raw key 64 digits. */
export const LONGEST_SSID = 32;
export const LONGEST_PASSWORD = 64;

export function checksumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xff;
  return sum;
}
