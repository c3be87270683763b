import { EspError } from "../../core/errors.ts";

/** The part of `@serialport/bindings-cpp` that is used: the system binding of `serialport`, without the stream around it. */
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

/**
 * Loads the driver that comes with this package or, where that has none for this platform, the one of the package
 * `serialport`, an optional peer. Throws `port.library-missing`.
 */
export async function loadSerialBinding(): Promise<SerialBinding> {
  try {
    // The build puts it, with the binaries of its makers, into this package.
    const { autoDetect } = await import("@serialport/bindings-cpp");
    return autoDetect();
  } catch (cause) {
    return await loadPeer(cause);
  }
}

async function loadPeer(cause: unknown): Promise<SerialBinding> {
  try {
    const { SerialPort } = await import("serialport");
    return SerialPort.binding;
  } catch {
    throw new EspError(
      "port.library-missing",
      `There is no driver for serial ports that runs here (${process.platform}, ${process.arch}).`,
      {
        hint: "Compile one: npm install serialport (add -g if this tool is installed globally). It needs a C++ compiler.",
        cause,
      },
    );
  }
}
