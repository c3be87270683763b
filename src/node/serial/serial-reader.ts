import { read } from "node:fs";
import { type Clock, sleep } from "../../core/clock.ts";
import type { SerialBindingPort } from "../system/serial-binding.ts";

/** What one read call may bring; more than a driver's own buffer holds. */
const READ_SIZE_BYTES = 65_536;

/** A live terminal in this mode never reads zero bytes, unless another program changed its settings under us. */
const EMPTY_READS_MEAN_GONE = 5;
const EMPTY_READ_PAUSE_MS = 10;

export interface SerialReader {
  readonly clock: Clock;
  readonly port: SerialBindingPort;
  readonly active: () => boolean;
  readonly onData: (bytes: Uint8Array) => void;
  /** The device is gone; called at most once, and only while active. */
  readonly onGone: (cause: unknown) => void;
}

/** Reads until the port is closed or gone. */
export async function readSerialPort(reader: SerialReader): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(READ_SIZE_BYTES);
  let emptyReads = 0;
  while (reader.active()) {
    let sizeBytes: number;
    try {
      sizeBytes = await readSome(reader, buffer);
    } catch (error) {
      if (reader.active() && !isCanceled(error)) reader.onGone(error);
      return;
    }
    if (!reader.active()) return;
    if (sizeBytes > 0) {
      emptyReads = 0;
      reader.onData(new Uint8Array(buffer.subarray(0, sizeBytes)));
      continue;
    }
    emptyReads += 1;
    if (emptyReads >= EMPTY_READS_MEAN_GONE) {
      reader.onGone(new Error("End of file on the serial port."));
      return;
    }
    await sleep(reader.clock, EMPTY_READ_PAUSE_MS);
  }
}

/**
 * On Unix the library's own read calls itself without end when the terminal is hung up, which is what an unplugged
 * adapter looks like (bindings-cpp issue 162). So the file is read here, with the library's poller.
 */
async function readSome({ port, active }: SerialReader, buffer: Buffer): Promise<number> {
  const { fd, poller } = port;
  if (typeof fd !== "number" || poller === undefined) {
    return (await port.read(buffer, 0, buffer.length)).bytesRead;
  }
  for (;;) {
    try {
      return await readFile(fd, buffer);
    } catch (error) {
      if (!isNothingYet(error)) throw error;
    }
    // Closed while the read was under way: the poller is gone, and touching it would crash the process.
    if (!active()) return 0;
    await new Promise<void>((resolve, reject) => {
      poller.once("readable", (error) => (error ? reject(error) : resolve()));
    });
  }
}

function readFile(fd: number, buffer: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, buffer.length, null, (error, sizeBytes) =>
      error === null ? resolve(sizeBytes) : reject(error),
    );
  });
}

function isNothingYet(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === "EAGAIN" || code === "EWOULDBLOCK" || code === "EINTR";
}

function isCanceled(error: unknown): boolean {
  return (error as { canceled?: unknown }).canceled === true;
}
