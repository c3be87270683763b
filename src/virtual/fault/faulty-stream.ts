import { FrameTracker, type TrackedFrame } from "./frame-tracker.ts";

/** What happens to the stream at one byte. */
export type ByteFault =
  | { readonly do: "drop"; readonly count: number }
  | { readonly do: "corrupt"; readonly mask: number }
  | { readonly do: "duplicate"; readonly count: number }
  /** Everything from this byte on comes later. */
  | { readonly do: "delay"; readonly ms: number }
  | { readonly do: "insert"; readonly bytes: Uint8Array }
  /** The byte still gets through, then the plug is pulled. */
  | { readonly do: "unplug" };

/** What is left of bytes that went through a faulty stream. */
export interface Passage {
  /** In order; each comes `delayMs` later than the wire alone would make it. */
  readonly pieces: readonly { readonly bytes: Uint8Array; readonly delayMs: number }[];
  /** After the last piece the cable is gone. */
  readonly unplugged: boolean;
}

/** Which of the coming frames a fault waits for. */
export interface FrameChoice {
  /** Only frames with this opcode. */
  readonly opcode?: number | undefined;
  /** So many matching frames pass unharmed first. */
  readonly skip?: number | undefined;
  /** So many are hit then; default 1. */
  readonly times?: number | undefined;
}

interface Trigger {
  readonly at: number;
  readonly fault: ByteFault;
}

interface FrameRule {
  readonly direction: number | null;
  readonly opcode: number | undefined;
  skip: number;
  times: number;
  /** A fault at a byte counted from the opening delimiter (0), or the loss of the whole frame. */
  readonly hit: { readonly byte: number; readonly fault: ByteFault } | "lose";
}

/** Gives the distance to the next disturbed byte and what happens there; deterministic. */
export type NoiseSource = () => { readonly distance: number; readonly fault: ByteFault };

/** One direction of the wire with the faults waiting in it. */
export class FaultyStream {
  readonly #tracker = new FrameTracker();
  #triggers: Trigger[] = [];
  #rules: FrameRule[] = [];
  #noise: { readonly next: NoiseSource; at: number; fault: ByteFault } | null = null;
  /** Bytes still to be lost of a frame that began in an earlier passage. */
  #losing = false;
  readonly #onFrame: (frame: TrackedFrame) => void;

  constructor(onFrame: (frame: TrackedFrame) => void) {
    this.#onFrame = onFrame;
  }

  /** At the byte `offset` bytes from now; 0 is the next one. */
  at(offset: number, fault: ByteFault): void {
    this.#add(this.#tracker.position + offset, fault);
  }

  /** At byte `byte` of a coming frame, counted from its opening delimiter; `"lose"` loses the frame. */
  inFrame(hit: FrameRule["hit"], direction: number | null, choice: FrameChoice = {}): void {
    const { opcode, skip = 0, times = 1 } = choice;
    this.#rules.push({ direction, opcode, skip, times, hit });
  }

  noise(source: NoiseSource | null): void {
    this.#noise = null;
    if (source === null) return;
    const { distance, fault } = source();
    this.#noise = { next: source, at: this.#tracker.position + distance, fault };
  }

  clear(): void {
    this.#triggers = [];
    this.#rules = [];
    this.#noise = null;
    this.#losing = false;
  }

  pass(bytes: Uint8Array): Passage {
    const start = this.#tracker.position;
    const lost: [number, number][] = [];
    let losingFrom = this.#losing ? start : -1;
    this.#tracker.push(
      bytes,
      (frame) => {
        if (this.#began(frame)) losingFrom = Math.max(start, frame.start);
      },
      (frame, end) => {
        this.#onFrame(frame);
        if (losingFrom >= 0) lost.push([losingFrom, end]);
        losingFrom = -1;
      },
    );
    const end = start + bytes.length;
    this.#losing = losingFrom >= 0;
    if (losingFrom >= 0) lost.push([losingFrom, end]);
    for (const [from, to] of lost) this.#add(from, { do: "drop", count: to - from });
    while (this.#noise !== null && this.#noise.at < end) {
      const { at, fault, next } = this.#noise;
      this.#add(at, fault);
      const following = next();
      this.#noise = { next, at: at + 1 + following.distance, fault: following.fault };
    }
    const first = this.#triggers[0];
    if (first === undefined || first.at >= end) return { pieces: [{ bytes, delayMs: 0 }], unplugged: false };
    return this.#disturb(bytes, start);
  }

  /** True when the frame is to be lost. */
  #began(frame: TrackedFrame): boolean {
    let lose = false;
    for (const rule of this.#rules) {
      if (rule.times <= 0) continue;
      if (rule.direction !== null && rule.direction !== frame.direction) continue;
      if (rule.opcode !== undefined && rule.opcode !== frame.opcode) continue;
      if (rule.skip > 0) {
        rule.skip--;
        continue;
      }
      rule.times--;
      if (rule.hit === "lose") lose = true;
      else this.#add(frame.start + rule.hit.byte, rule.hit.fault);
    }
    this.#rules = this.#rules.filter((rule) => rule.times > 0);
    return lose;
  }

  #add(at: number, fault: ByteFault): void {
    const index = this.#triggers.findIndex((trigger) => trigger.at > at);
    this.#triggers.splice(index < 0 ? this.#triggers.length : index, 0, { at, fault });
  }

  #disturb(bytes: Uint8Array, start: number): Passage {
    const pieces: { bytes: Uint8Array; delayMs: number }[] = [];
    let piece: number[] = [];
    let delayMs = 0;
    let dropUntil = 0;
    const cut = (): void => {
      if (piece.length > 0) pieces.push({ bytes: Uint8Array.from(piece), delayMs });
      piece = [];
      delayMs = 0;
    };
    for (let index = 0; index < bytes.length; index++) {
      const at = start + index;
      let byte = bytes[index] ?? 0;
      let copies = 1;
      let unplug = false;
      for (let trigger = this.#triggers[0]; trigger !== undefined && trigger.at <= at; trigger = this.#triggers[0]) {
        this.#triggers.shift();
        if (trigger.at < at) continue;
        const { fault } = trigger;
        if (fault.do === "drop") dropUntil = Math.max(dropUntil, at + fault.count);
        else if (fault.do === "corrupt") byte ^= fault.mask;
        else if (fault.do === "duplicate") copies += fault.count;
        else if (fault.do === "insert") piece.push(...fault.bytes);
        else if (fault.do === "unplug") unplug = true;
        else {
          cut();
          delayMs += fault.ms;
        }
      }
      if (at >= dropUntil) for (; copies > 0; copies--) piece.push(byte);
      if (unplug) {
        cut();
        return { pieces, unplugged: true };
      }
    }
    // A run that is dropped beyond the end of these bytes goes on with the next ones.
    const end = start + bytes.length;
    if (dropUntil > end) this.#add(end, { do: "drop", count: dropUntil - end });
    cut();
    return { pieces, unplugged: false };
  }
}
