import type { Program } from "../machine/cpu.ts";
import type { LoaderHost } from "../machine/loader-host.ts";

const SECTOR = 0x1000;
const BLOCK = 0x10000;
const MEGABYTE = 1e6;

/**
 * Flash operations of a loader: they take time, may be cut off half way, and fail where the fault plan says so. All
 * return false when the flash did not do it.
 */

/** Erases the sectors a range touches, by 64 KB blocks where whole ones lie in it. */
export function* eraseRange(host: LoaderHost, address: number, sizeBytes: number): Program<boolean> {
  const end = Math.ceil((address + sizeBytes) / SECTOR) * SECTOR;
  for (let at = Math.floor(address / SECTOR) * SECTOR; sizeBytes > 0 && at < end; ) {
    const step = eraseStep(at, end);
    if (!(yield* eraseUnit(host, at, step))) return false;
    at += step;
  }
  return true;
}

/** The size of the erase command that comes next on the way from `address` to `end`. */
export function eraseStep(address: number, end: number): number {
  return address % BLOCK === 0 && end - address >= BLOCK ? BLOCK : SECTOR;
}

/** One sector or one 64 KB block. */
export function* eraseUnit(host: LoaderHost, address: number, sizeBytes: number): Program<boolean> {
  const { timing } = host.board;
  const ms = sizeBytes === BLOCK ? timing.eraseBlock64Ms : timing.eraseSectorMs * (sizeBytes / SECTOR);
  return yield* eraseFor(host, address, sizeBytes, ms);
}

export function* eraseChip(host: LoaderHost): Program<boolean> {
  const { flash } = host;
  const ms = (host.board.timing.eraseChipMsPerMegabyte * flash.sizeBytes) / 2 ** 20;
  return yield* eraseFor(host, 0, flash.sizeBytes, ms);
}

function* eraseFor(host: LoaderHost, address: number, sizeBytes: number, ms: number): Program<boolean> {
  const { flash, pins } = host;
  const { faults } = host.board;
  if (!pins.connected) return false;
  let brownOut = false;
  let failed = false;
  for (let sector = address; sector < address + sizeBytes; sector += SECTOR) {
    brownOut ||= faults.brownsOutAt("erase", sector);
    failed ||= faults.failsSector(sector, "erase");
  }
  let finished = false;
  try {
    yield brownOut ? ms / 2 : ms;
    finished = !brownOut;
  } finally {
    if (!finished) flash.erase(address, sizeBytes, 0.5);
  }
  if (brownOut) yield* breakDown(host);
  if (failed) return false;
  flash.erase(address, sizeBytes);
  return true;
}

/** Programs bytes, sector by sector. */
export function* programRange(host: LoaderHost, address: number, bytes: Uint8Array): Program<boolean> {
  for (let done = 0; done < bytes.length; ) {
    const at = address + done;
    const length = Math.min(bytes.length - done, SECTOR - (at % SECTOR));
    if (!(yield* programSector(host, at, bytes.subarray(done, done + length)))) return false;
    done += length;
  }
  return true;
}

function* programSector(host: LoaderHost, address: number, bytes: Uint8Array): Program<boolean> {
  const { flash, pins } = host;
  const { faults, timing } = host.board;
  if (!pins.connected) return false;
  const brownOut = faults.brownsOutAt("program", address);
  const ms = (timing.programMsPerKilobyte * bytes.length) / 1024;
  let finished = false;
  try {
    yield brownOut ? ms / 2 : ms;
    finished = !brownOut;
  } finally {
    if (!finished) flash.program(address, bytes, 0.5);
  }
  if (brownOut) yield* breakDown(host);
  if (faults.failsSector(address, "program")) return false;
  flash.program(address, bytes);
  return true;
}

function* breakDown(host: LoaderHost): Program {
  host.restart("brown-out");
  yield "reset";
}

/** Reads, and takes the time of it. */
export function* readRange(host: LoaderHost, address: number, sizeBytes: number): Program<Uint8Array> {
  yield (host.board.timing.readMsPerMegabyte * sizeBytes) / MEGABYTE;
  return readNow(host, address, sizeBytes);
}

/** Contents of the flash; FF without one on the pins. */
export function readNow({ flash, pins }: LoaderHost, address: number, sizeBytes: number): Uint8Array {
  return pins.connected ? flash.read(address, sizeBytes) : new Uint8Array(sizeBytes).fill(0xff);
}
