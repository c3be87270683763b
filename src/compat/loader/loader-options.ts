import type { ResetConstructors } from "../transport/resets.ts";
import type { SerialDevice, SerialOptions } from "../transport/serial-device.ts";
import type { Transport } from "../transport/transport.ts";

/** The shapes that callers of esptool-js pass in, by their names there. */

/** Where a loader's lines go. */
export interface IEspLoaderTerminal {
  clean: () => void;
  writeLine: (data: string) => void;
  write: (data: string) => void;
}

export interface LoaderOptions {
  transport: Transport;
  /** Used when there is no `transport`. */
  port?: SerialDevice | undefined;
  serialOptions?: SerialOptions | undefined;
  /** For the transfer; connecting is done at 115200 or below. */
  baudrate: number;
  /** Taken and of no effect: see docs/from-esptool-js.md. */
  romBaudrate?: number | undefined;
  terminal?: IEspLoaderTerminal | undefined;
  debugLogging?: boolean | undefined;
  resetConstructors?: ResetConstructors | undefined;
  /** Traces all traffic, as the second argument of `Transport` does. */
  enableTracing?: boolean | undefined;
}

export type Before = "default_reset" | "usb_reset" | "no_reset" | "no_reset_no_sync";
export type After = "hard_reset" | "soft_reset" | "no_reset" | "no_reset_stub" | "custom_reset";

export type FlashSizeValues =
  | "detect"
  | "keep"
  | "256KB"
  | "512KB"
  | "1MB"
  | "2MB"
  | "2MB-c1"
  | "4MB"
  | "4MB-c1"
  | "8MB"
  | "16MB"
  | "32MB"
  | "64MB"
  | "128MB";
export type FlashModeValues = "keep" | "dio" | "qio" | "dout" | "qout";
export type FlashFreqValues =
  | "keep"
  | "80m"
  | "60m"
  | "48m"
  | "40m"
  | "30m"
  | "26m"
  | "24m"
  | "20m"
  | "16m"
  | "15m"
  | "12m";

export interface FlashOptions {
  /** `data` may be a binary string, too, as before version 0.6. */
  fileArray: readonly { readonly data: Uint8Array | string; readonly address: number }[];
  flashMode?: FlashModeValues | undefined;
  flashFreq?: FlashFreqValues | undefined;
  flashSize?: FlashSizeValues | undefined;
  eraseAll?: boolean | undefined;
  compress?: boolean | undefined;
  /** In bytes of the file. It equals the total once for each file, when flash is proved to hold it. */
  reportProgress?: ((fileIndex: number, written: number, total: number) => void) | undefined;
  /** Not called: every file is proved by MD5 whether it is given or not. */
  calculateMD5Hash?: ((image: Uint8Array) => string) | undefined;
  /** Not in esptool-js: write although security features or image headers speak against it. */
  force?: boolean | undefined;
}

/** `packet`: the bytes read since the last call, checked by their digest. */
export type FlashReadCallback = ((packet: Uint8Array, progress: number, totalSize: number) => void) | null;
