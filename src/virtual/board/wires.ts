import type { Clock } from "../../core/clock.ts";
import type { Passage } from "../fault/faults.ts";

/** How fast bytes travel over one direction of the link. */
export interface WireSpeed {
  /** Of the sender; null where the link has no baud rate (a chip's own USB). */
  readonly baudRate: number | null;
  readonly msPerByte: number;
}

interface Flight {
  readonly bytes: Uint8Array;
  readonly startAt: number;
  readonly speed: WireSpeed;
  /** Bytes of it already delivered. */
  taken: number;
}

export interface WireOptions {
  readonly clock: Clock;
  /** `baudRate` is that of the sender when the bytes left. */
  readonly deliver: (bytes: Uint8Array, baudRate: number | null) => void;
  /** Called after the last byte before which a fault pulled the cable was delivered. */
  readonly unplug: () => void;
}

/** Rounding errors of sums of byte times must not cost a byte its moment. */
const EPSILON = 1e-6;

/** Bytes on their way, each with its moment of arrival, computed when somebody looks instead of one timer a byte. */
class Wire {
  protected readonly options: WireOptions;
  protected flights: Flight[] = [];
  /** When the last byte will have arrived. */
  busyUntil = 0;
  #cancel: () => void = () => {};
  #cancelUnplug: () => void = () => {};
  #cut = false;
  #msPerByte = 0;
  /** When the sender will have sent all; what is delayed on the way does not hold it up. */
  #sentAt = 0;

  constructor(options: WireOptions) {
    this.options = options;
  }

  protected enqueue(passage: Passage, speed: WireSpeed, notBefore: number): void {
    if (this.#cut) return;
    let at = Math.max(this.busyUntil, notBefore);
    this.#msPerByte = speed.msPerByte;
    this.#sentAt = Math.max(this.#sentAt, notBefore);
    for (const { bytes, delayMs } of passage.pieces) {
      at += delayMs;
      this.#sentAt += bytes.length * speed.msPerByte;
      if (bytes.length === 0) continue;
      this.flights.push({ bytes, startAt: at, speed, taken: 0 });
      at += bytes.length * speed.msPerByte;
    }
    this.busyUntil = at;
    if (!passage.unplugged) return;
    this.#cut = true;
    const { clock, unplug } = this.options;
    this.#cancelUnplug = clock.after(at - clock.now(), () => {
      this.settle();
      unplug();
    });
  }

  /** What is sent now follows what was sent before without a pause. */
  get isBusy(): boolean {
    return this.busyUntil > this.options.clock.now();
  }

  /** Delivers what has arrived by now; to be called before anything changes that bytes on the way must not see. */
  settle(): void {
    const now = this.options.clock.now();
    for (let first = this.flights[0]; first !== undefined; first = this.flights[0]) {
      const count = arrivedBytes(first, now);
      const { taken, bytes, speed } = first;
      if (count <= taken) return;
      first.taken = count;
      if (count === bytes.length) this.flights.shift();
      this.options.deliver(
        taken === 0 && count === bytes.length ? bytes : bytes.subarray(taken, count),
        speed.baudRate,
      );
    }
  }

  /** Milliseconds until at most so many bytes are still on the way. */
  backlogMs(bytes: number): number {
    return Math.max(0, this.busyUntil - this.options.clock.now() - bytes * this.#msPerByte);
  }

  /** Milliseconds until the sender has at most so many bytes left to send. */
  sendingMs(bytes: number): number {
    return Math.max(0, this.#sentAt - this.options.clock.now() - bytes * this.#msPerByte);
  }

  /** Everything on the way is lost; a fault that waits for its moment stays. */
  clear(): void {
    this.flights = [];
    this.busyUntil = 0;
    this.#sentAt = 0;
    this.#cancel();
  }

  /** The wire as it is after the cable was pulled and plugged in again, or the host closed its end. */
  renew(): void {
    this.clear();
    this.#cut = false;
    this.#cancelUnplug();
  }

  /** Calls `callback` at that time instead of what was planned before. */
  protected plan(at: number, callback: () => void): void {
    this.#cancel();
    this.#cancel = this.options.clock.after(at - this.options.clock.now(), callback);
  }
}

function arrivedBytes({ bytes, startAt, speed }: Flight, now: number): number {
  const elapsed = now - startAt + EPSILON;
  if (elapsed < 0) return 0;
  return Math.min(bytes.length, Math.floor(elapsed / speed.msPerByte));
}

/** From the host to the chip: the chip sees a frame at the moment its last byte has come. */
export class ToChipWire extends Wire {
  readonly #latencyMs: number;

  constructor(options: WireOptions, latencyMs: number) {
    super(options);
    this.#latencyMs = latencyMs;
  }

  send(passage: Passage, speed: WireSpeed): void {
    const idle = this.flights.length === 0;
    const pieces = passage.pieces.flatMap(({ bytes, delayMs }) =>
      cutAfterFrames(bytes).map((piece, index) => ({ bytes: piece, delayMs: index === 0 ? delayMs : 0 })),
    );
    this.enqueue({ ...passage, pieces }, speed, this.options.clock.now() + this.#latencyMs);
    if (idle) this.#planNext();
  }

  #planNext(): void {
    const first = this.flights[0];
    if (first === undefined) return;
    this.plan(first.startAt + first.bytes.length * first.speed.msPerByte, () => {
      this.settle();
      this.#planNext();
    });
  }
}

const FRAME_DELIMITER = 0xc0;

/** Pieces that end where a frame ends, so that several frames written at once are each seen in time. */
function cutAfterFrames(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (let at = bytes.indexOf(FRAME_DELIMITER, 1); at >= 0; at = bytes.indexOf(FRAME_DELIMITER, at + 1)) {
    // This one opens the next frame.
    if (at === from) continue;
    pieces.push(bytes.subarray(from, at + 1));
    from = at + 1;
  }
  if (from < bytes.length) pieces.push(bytes.subarray(from));
  return pieces;
}

/** What the adapter does with bytes from the chip before the host sees them. */
export interface AdapterBuffer {
  /** Bytes wait so long for company. 0: a whole transmission is handed on when its last byte has come. */
  readonly latencyMs: number;
  /** So many bytes are handed on at once. */
  readonly packetBytes: number;
}

/** From the chip to the host, through the buffer of a USB adapter. */
export class ToHostWire extends Wire {
  readonly #adapter: AdapterBuffer;
  /** Whether the planned delivery can come no earlier when more bytes are sent. */
  #settled = false;

  constructor(options: WireOptions, adapter: AdapterBuffer) {
    super(options);
    this.#adapter = adapter;
  }

  send(passage: Passage, speed: WireSpeed): void {
    this.enqueue(passage, speed, this.options.clock.now());
    if (!this.#settled || this.flights.length === 0) this.#planNext();
  }

  override clear(): void {
    super.clear();
    this.#settled = false;
  }

  #planNext(): void {
    this.#settled = false;
    const first = this.flights[0];
    if (first === undefined) return;
    const { latencyMs, packetBytes } = this.#adapter;
    if (latencyMs === 0) {
      this.plan(first.startAt + first.bytes.length * first.speed.msPerByte, this.#deliver);
      return;
    }
    const patientUntil = first.startAt + (first.taken + 1) * first.speed.msPerByte + latencyMs;
    const fullAt = this.#fullAt(packetBytes);
    // Once full, bytes sent later cannot bring the delivery forward.
    this.#settled = fullAt !== null;
    this.plan(fullAt === null ? patientUntil : Math.min(fullAt, patientUntil), this.#deliver);
  }

  /** When the adapter's packet is full; null when too few bytes are on the way. */
  #fullAt(packetBytes: number): number | null {
    let missing = packetBytes;
    for (const { bytes, taken, startAt, speed } of this.flights) {
      const available = bytes.length - taken;
      if (available >= missing) return startAt + (taken + missing) * speed.msPerByte;
      missing -= available;
    }
    return null;
  }

  readonly #deliver = (): void => {
    this.settle();
    this.#planNext();
  };
}
