import { EspError } from "../../core/errors.ts";

/** The part of the npm package `serialport` that is used: its system binding, without the stream around it. */
export interface SerialBinding {
  open(options: SerialOpenOptions): Promise<SerialBindingPort>;
  list(): Promise<SerialBindingInfo[]>;
}

export interface SerialOpenOptions {
  readonly path: string;
  readonly baudRate: number;
  readonly lock: boolean;
  readonly hupcl: boolean;
}

export interface SerialLineOptions {
  readonly brk: boolean;
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly dtr: boolean;
  readonly rts: boolean;
  readonly lowLatency: boolean;
}

/** It takes Node's `Buffer`s, told as the byte arrays that they are: public types need no types of Node. */
export interface SerialBindingPort {
  read(buffer: Uint8Array, offset: number, length: number): Promise<{ bytesRead: number }>;
  write(buffer: Uint8Array): Promise<void>;
  update(options: { baudRate: number }): Promise<void>;
  set(options: SerialLineOptions): Promise<void>;
  getBaudRate(): Promise<{ baudRate: number }>;
  drain(): Promise<void>;
  close(): Promise<void>;
  /** Unix only: the open file and what tells that it can be read. */
  readonly fd?: number | null | undefined;
  readonly poller?: { once(event: "readable", callback: (error?: Error | null) => void): unknown } | undefined;
}

export interface SerialBindingInfo {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly locationId?: string | undefined;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly friendlyName?: string | undefined;
}

/** Loads `serialport`, an optional dependency. Throws `port.library-missing`. */
export async function loadSerialBinding(): Promise<SerialBinding> {
  try {
    const { SerialPort } = await import("serialport");
    return SerialPort.binding;
  } catch (cause) {
    throw new EspError(
      "port.library-missing",
      "The package 'serialport', which opens serial ports, cannot be loaded.",
      {
        hint: "Install it with: npm install serialport (add -g if this tool is installed globally).",
        cause,
      },
    );
  }
}
