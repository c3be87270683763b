import type { ChipDescriptor, ChipId } from "../../src/chips.ts";
import { findChip } from "../../src/chips.ts";
import {
  type AfterMode,
  type ConnectOptions,
  connect,
  disconnect,
  type EspEvent,
  isEspError,
  type Port,
  readFlashId,
  type Session,
} from "../../src/index.ts";
import { hostFiles, portFromString } from "../../src/node.ts";
import { virtualChipFromString } from "../../src/virtual.ts";
import { live } from "../support/chip/live.ts";

/** Something that answers like a chip: a virtual chip, a board, an emulator. */
export interface Backend {
  readonly name: string;
  /** What it is expected to be; undefined: found out. */
  readonly chip: ChipId | undefined;
  readonly baudRate: number;
  /** Virtual chips may be erased and may run programs at will. */
  readonly isVirtual: boolean;
  makePort(): Promise<Port>;
}

const DEFAULT_BACKENDS: readonly string[] = ["esp32", "esp32c3", "esp8266", "esp32s3", "esp32c6"].map(
  (id) => `virtual:${id}`,
);
const DEFAULT_BAUD_RATE = 460_800;

/** The one that `ESPTOOL_TEST_PORT` names, or some virtual chips. */
export function backends(environment: Readonly<Record<string, string | undefined>>): Backend[] {
  const port = environment["ESPTOOL_TEST_PORT"];
  const chip = environment["ESPTOOL_TEST_CHIP"];
  const baudRate = Number(environment["ESPTOOL_TEST_BAUD"] ?? DEFAULT_BAUD_RATE);
  const id = chip === undefined ? undefined : findChip(chip)?.id;
  if (chip !== undefined && id === undefined) throw new Error(`ESPTOOL_TEST_CHIP: there is no chip '${chip}'`);
  const names = port === undefined || port === "" ? DEFAULT_BACKENDS : [port];
  return names.map((name) => ({
    name,
    chip: id,
    baudRate,
    isVirtual: /^virtual:/i.test(name),
    makePort: portMaker(name),
  }));
}

/** A virtual chip is made once: it keeps its flash from one connection to the next, as any chip does. */
function portMaker(name: string): () => Promise<Port> {
  if (!/^virtual:/i.test(name)) return () => portFromString(name);
  let made: Promise<Port> | null = null;
  return () => {
    made ??= virtualChipFromString(name, hostFiles).then(({ port }) => port);
    return made;
  };
}

/** What is known of a backend after the first look at it. */
export interface Facts {
  readonly chip: ChipDescriptor;
  readonly mac: string;
  /** It can be reset; else it waits in its loader, and a stub once started is there for good. */
  readonly canReset: boolean;
  /** The first connection met a stub that somebody left behind. */
  readonly stubWasRunning: boolean;
  readonly usbMode: Session["usbMode"];
  readonly secureDownload: boolean;
  /** Null when it cannot be found out. */
  readonly flashBytes: number | null;
  readonly scratch: Scratch;
}

/** The part of flash that the suite may write. */
export interface Scratch {
  readonly address: number;
  readonly sizeBytes: number;
}

/** The least that the cases need. */
export const SCRATCH_BYTES = 0x40000;

export async function lookAt(backend: Backend, area: Scratch): Promise<Facts> {
  const session = await connectTo(backend, { stub: false });
  try {
    const flashBytes = session.secureDownload ? null : (await readFlashId(session)).sizeBytes;
    return {
      chip: live(session).chip,
      mac: String(session.mac?.base),
      canReset: live(session).link.port.capabilities.lines,
      stubWasRunning: session.loader === "stub",
      usbMode: session.usbMode,
      secureDownload: session.secureDownload,
      flashBytes,
      scratch: limited(area, flashBytes),
    };
  } finally {
    await disconnect(session, { reset: "no-reset" });
  }
}

function limited({ address, sizeBytes }: Scratch, flashBytes: number | null): Scratch {
  const end = Math.min(address + sizeBytes, flashBytes ?? address + sizeBytes);
  if (end - address < SCRATCH_BYTES)
    throw new Error(
      `The flash has ${flashBytes} bytes: give ESPTOOL_TEST_AREA=START..END with ${SCRATCH_BYTES} bytes in it.`,
    );
  return { address, sizeBytes: end - address };
}

/** `0x100000..0x200000`; both ends are sector boundaries. */
export function scratchArea(text = "0x100000..0x200000"): Scratch {
  const [start = Number.NaN, end = Number.NaN] = text.split("..").map(Number);
  if (!(start % 0x1000 === 0 && end % 0x1000 === 0 && end > start))
    throw new Error(`ESPTOOL_TEST_AREA='${text}' is not START..END with multiples of 0x1000`);
  return { address: start, sizeBytes: end - start };
}

const REAPPEAR_ATTEMPTS = 30;
const REAPPEAR_PAUSE_MS = 200;

/** Connects; a chip with a USB device of its own is waited for, because a reset takes that off the bus for a while. */
export async function connectTo(backend: Backend, options: ConnectOptions): Promise<Session> {
  for (let attempt = 1; ; attempt++) {
    const port = await backend.makePort();
    try {
      return await connect(port, connectOptions(backend, options));
    } catch (error) {
      if (!isEspError(error, "port.missing") || attempt === REAPPEAR_ATTEMPTS) throw error;
      await new Promise<void>((resolve) => void port.clock.after(REAPPEAR_PAUSE_MS, resolve));
    }
  }
}

function connectOptions({ chip, baudRate }: Backend, options: ConnectOptions): ConnectOptions {
  return { baudRate, ...(chip === undefined ? {} : { chip }), ...options };
}

/** Connects, works, and leaves whatever happened. A backend that cannot be reset is left in its loader. */
export async function withSession<T>(
  backend: Backend,
  options: ConnectOptions & { readonly leaveWith?: AfterMode },
  work: (session: Session, events: EspEvent[]) => Promise<T>,
): Promise<T> {
  const { leaveWith, onEvent, ...connecting } = options;
  const events: EspEvent[] = [];
  const listen = (event: EspEvent): void => {
    events.push(event);
    onEvent?.(event);
  };
  const session = await connectTo(backend, { ...connecting, onEvent: listen });
  const { lines } = live(session).link.port.capabilities;
  try {
    return await work(session, events);
  } finally {
    await disconnect(session, { reset: leaveWith ?? (lines ? "hard-reset" : "no-reset") });
  }
}
