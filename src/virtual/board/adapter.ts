/** What a USB adapter, or the wire behind it, does not do as it should. Rates are those of the host's side. */
export interface AdapterOptions {
  /** Above this rate nothing gets through unharmed, in either direction. */
  readonly maximumBaud?: number | undefined;
  /** The same, from the host to the chip alone. */
  readonly maximumBaudToChip?: number | undefined;
  readonly maximumBaudToHost?: number | undefined;
  /** The driver refuses rates above this one. */
  readonly refusesAbove?: number | undefined;
  /** Above `baudRate`, packets of more than `bytes` arrive with a wrong byte in them. */
  readonly garblesLong?: LongLimit | undefined;
  /** Above `baudRate`, the bytes behind the first `bytes` of a burst without a pause are lost now and then. */
  readonly losesInBursts?: LongLimit | undefined;
  /** The supply breaks down, and the chip starts anew, when the chip begins to talk faster than this. */
  readonly brownsOutAbove?: number | undefined;
}

export interface LongLimit {
  readonly baudRate: number;
  readonly bytes: number;
}

/** Of the bytes of a burst beyond the limit, one in so many is lost. */
const LOST_EVERY = 512;

/** The adapter of a board and the wires behind it: what becomes of the bytes. */
export class Adapter {
  readonly #options: AdapterOptions;
  readonly #toChip: Direction;
  readonly #toHost: Direction;
  #brownsOutAbove: number;

  constructor(options: AdapterOptions = {}) {
    this.#options = options;
    this.#toChip = new Direction(options, options.maximumBaudToChip);
    this.#toHost = new Direction(options, options.maximumBaudToHost);
    this.#brownsOutAbove = options.brownsOutAbove ?? Number.POSITIVE_INFINITY;
  }

  /** The driver has this rate. */
  takes(baudRate: number): boolean {
    return baudRate <= (this.#options.refusesAbove ?? Number.POSITIVE_INFINITY);
  }

  /** True once: a chip that talks at this rate is more than the supply can bear. */
  brownsOutAt(chipBaud: number): boolean {
    if (chipBaud <= this.#brownsOutAbove) return false;
    this.#brownsOutAbove = Number.POSITIVE_INFINITY;
    return true;
  }

  /** `isContinued`: the bytes follow others without a pause. */
  toChip(bytes: Uint8Array, baudRate: number | null, isContinued: boolean): Uint8Array {
    return baudRate === null ? bytes : this.#toChip.pass(bytes, baudRate, isContinued);
  }

  toHost(bytes: Uint8Array, baudRate: number | null, isContinued: boolean): Uint8Array {
    return baudRate === null ? bytes : this.#toHost.pass(bytes, baudRate, isContinued);
  }
}

class Direction {
  readonly #options: AdapterOptions;
  readonly #maximumBaud: number;
  #burst = 0;

  constructor(options: AdapterOptions, maximumBaud: number | undefined) {
    this.#options = options;
    this.#maximumBaud = Math.min(
      maximumBaud ?? Number.POSITIVE_INFINITY,
      options.maximumBaud ?? Number.POSITIVE_INFINITY,
    );
  }

  pass(bytes: Uint8Array, baudRate: number, isContinued: boolean): Uint8Array {
    const start = isContinued ? this.#burst : 0;
    this.#burst = start + bytes.length;
    // Another value in the place of each, as of a receiver that samples beside the bits.
    if (baudRate > this.#maximumBaud) return bytes.map((byte, index) => byte ^ (0x55 + index * 7));
    const { garblesLong, losesInBursts } = this.#options;
    if (garblesLong !== undefined && baudRate > garblesLong.baudRate && bytes.length > garblesLong.bytes)
      return bytes.map((byte, index) => (index === garblesLong.bytes ? byte ^ 0x10 : byte));
    if (losesInBursts !== undefined && baudRate > losesInBursts.baudRate)
      return bytes.filter((_byte, index) => !isLost(start + index - losesInBursts.bytes));
    return bytes;
  }
}

function isLost(beyond: number): boolean {
  return beyond >= 0 && beyond % LOST_EVERY === 0;
}
