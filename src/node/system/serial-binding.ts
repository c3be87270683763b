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

/** What runs programs of Node without being it, and on Unix cannot run the driver: by its name in `process.versions`. */
const NOT_NODE = [
  // It has no polling of libuv, and would end the process at the first use.
  { version: "bun", name: "Bun" },
  // It has files of its own and cannot read the driver's.
  { version: "deno", name: "Deno" },
];

/** The name of what runs us, where the driver cannot run. */
export function unableHost(versions: Readonly<Record<string, string | undefined>>, platform: string): string | null {
  if (platform === "win32") return null;
  return NOT_NODE.find(({ version }) => versions[version] !== undefined)?.name ?? null;
}

/**
 * Loads the driver that comes with this package or, where that has none for this platform, the one of the package
 * `serialport`, an optional peer. Throws `port.library-missing`.
 */
export async function loadSerialBinding(): Promise<SerialBinding> {
  const host = unableHost(process.versions, process.platform);
  if (host !== null) {
    throw new EspError("port.library-missing", `${host} cannot run the driver of serial ports.`, {
      hint: "Use Node, or serve the port with esp-rfc2217-server on Node and connect to rfc2217://HOST:PORT.",
    });
  }
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
