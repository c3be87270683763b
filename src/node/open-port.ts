// Room: everything that needs Node: ports, lists of them, servers, hardware modules.
// In: what a user calls a port.
// Out: a `Port`. What is behind a scheme is loaded only then.

import { type Check, optional } from "../core/check/check.ts";
import { checkMilliseconds } from "../core/check/numbers.ts";
import { shape } from "../core/check/shapes.ts";
import { checkSignal } from "../core/check/signal.ts";
import { checkFunction, checkText } from "../core/check/values.ts";
import type { Clock } from "../core/clock.ts";
import { type AbortSignalLike, EspError } from "../core/errors.ts";
import { offerDigests } from "../core/host.ts";
import { checkClock } from "../core/port/check-port.ts";
import type { Port } from "../core/port/port.ts";
import { checkHostFiles, type HostFiles, hostFiles } from "./files/host-files.ts";
import { LIST_OPTIONS, type ListPortsOptions, portInfo } from "./list/list-ports.ts";
import { nativeDigests } from "./native-digests.ts";
import { createSerialPort, SERIAL_OPTIONS, type SerialPortOptions } from "./serial/serial-port.ts";

/** Makes a port of a virtual chip from text such as `virtual:esp32c3,flash=4MB,file=chip.bin`. */
export type VirtualPortMaker = (text: string, files: HostFiles) => Promise<Port>;

export interface PortFromStringOptions {
  readonly clock?: Clock | undefined;
  /** How long the system may take to accept data. Default 10 000; nothing to virtual chips. */
  readonly writeTimeoutMs?: number | undefined;
  /** How serial ports are opened and looked up; the real ones unless given. */
  readonly serial?: (SerialPortOptions & ListPortsOptions) | undefined;
  /** The files of a virtual chip; this computer's unless given. */
  readonly files?: HostFiles | undefined;
  /** Ends the reading of a virtual chip's file. */
  readonly signal?: AbortSignalLike | undefined;
  /** Where virtual chips come from; loaded when the first one is asked for. */
  readonly loadVirtual?: (() => Promise<VirtualPortMaker>) | undefined;
}

const checkPortOptions: Check<PortFromStringOptions> = shape<PortFromStringOptions>({
  clock: optional(checkClock),
  writeTimeoutMs: optional(checkMilliseconds),
  serial: optional(shape<SerialPortOptions & ListPortsOptions>({ ...SERIAL_OPTIONS, ...LIST_OPTIONS })),
  files: optional(checkHostFiles),
  signal: optional(checkSignal),
  loadVirtual: optional(checkFunction),
});

/**
 * The port that a text names, not yet opened: `virtual:CHIP[,key=value...]`, `rfc2217://host:port`, `socket://host:port`
 * or `tcp://host:port` (bytes only: the chip cannot be reset), or a serial port such as `/dev/ttyUSB0` or `COM3`.
 *
 * Throws `argument.invalid`, and what a wrong text of a virtual chip throws.
 *
 * @example
 * const port = await portFromString("/dev/ttyUSB0");
 */
export async function portFromString(text: string, options: PortFromStringOptions = {}): Promise<Port> {
  checkText(text, "text");
  const wanted = checkPortOptions(options, "options");
  // Whoever works on a port computes digests.
  offerDigests(nativeDigests);
  const path = text.trim();
  if (path === "") {
    throw new EspError("argument.invalid", "The name of the port is empty.", {
      hint: "Leave it out to have one chosen.",
    });
  }
  if (/^virtual:/i.test(path)) {
    const virtualPort = await (wanted.loadVirtual ?? loadVirtual)();
    const files = wanted.files ?? hostFiles;
    return virtualPort(path, wanted.signal === undefined ? files : stoppedUntilLoaded(files, wanted.signal));
  }
  const shared = {
    ...(wanted.clock !== undefined && { clock: wanted.clock }),
    ...(wanted.writeTimeoutMs !== undefined && { writeTimeoutMs: wanted.writeTimeoutMs }),
  };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(path)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    return createSerialPort(await portInfo(path, wanted.serial), { ...wanted.serial, ...shared });
  }
  if (scheme === "socket" || scheme === "tcp") {
    const { createTcpPort } = await import("./tcp/tcp-port.ts");
    return createTcpPort(path, shared);
  }
  if (scheme === "rfc2217") {
    const { createRfc2217Port } = await import("./rfc2217/rfc2217-port.ts");
    return createRfc2217Port(path, shared);
  }
  throw new EspError("argument.invalid", `A port cannot be addressed with '${scheme}://'.`, {
    hint: "Use a serial port such as /dev/ttyUSB0 or COM3, rfc2217://HOST:PORT, socket://HOST:PORT, or virtual:CHIP.",
    details: { path },
  });
}

/** The first look can be stopped; a later one is there to save what was done, even while the program is being stopped. */
function stoppedUntilLoaded(files: HostFiles, signal: AbortSignalLike): HostFiles {
  let isLoaded = false;
  return {
    ...files,
    async read(path) {
      const content = await files.read(path, isLoaded ? {} : { signal });
      isLoaded = true;
      return content;
    },
  };
}

async function loadVirtual(): Promise<VirtualPortMaker> {
  const { virtualPortFromString } = await import("../virtual/text/from-string.ts");
  return virtualPortFromString;
}
