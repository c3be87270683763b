// Shelf: flash chips: NOR and NAND, with their commands, states and tables.
// In: SPI commands or bytes at addresses.
// Out: what the chip would hold and answer.

import { EspError } from "../../core/errors.ts";
import { createSfdp } from "./sfdp.ts";

/** Storage is allocated in pieces of this size, when first programmed. */
const PIECE = 0x10000;
const SECTOR = 0x1000;

export interface NorFlashOptions {
  /** A power of two, at least one sector. */
  readonly sizeBytes: number;
  /** Vendor, type, capacity: the three bytes after command 9F. */
  readonly jedecId: readonly [number, number, number];
  /** The parameter table command 5A reads; null: the chip has none. Default: a table that fits `sizeBytes`. */
  readonly sfdp?: Uint8Array<ArrayBuffer> | null | undefined;
  readonly uniqueId?: Uint8Array<ArrayBuffer> | undefined;
  /** The three status registers after power-on. */
  readonly status?: readonly [number, number, number] | undefined;
}

/** What is worth keeping of a flash chip when the program ends; plain data. */
export interface FlashSnapshot {
  readonly sizeBytes: number;
  /** Non-volatile status bytes. */
  readonly status: readonly [number, number, number];
  /** Pieces that are not all FF. */
  readonly pieces: readonly { readonly address: number; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

/** What a test may ask about the wear and tear of a flash chip. */
export interface FlashCounters {
  /** Address of a sector to how often it was erased, chip and block erases included. */
  readonly erasesPerSector: ReadonlyMap<number, number>;
  /** Bytes handed to `program`. */
  readonly bytesProgrammed: number;
  /** Bytes that should have been programmed but for bits that only an erase can set again. */
  readonly bytesNotErased: number;
}

/** The registers of a flash chip that SPI commands see. */
export interface FlashRegisters {
  /** Bytes of the status registers 1 to 3; bit 1 of the first is `writeEnabled`, not stored here. */
  readonly status: [number, number, number];
  writeEnabled: boolean;
  /** Command 50 came: the next write of a status register is volatile. */
  volatileStatusWrite: boolean;
  poweredDown: boolean;
  resetEnabled: boolean;
}

/** A NOR flash chip: erase sets bits in whole sectors, program clears them, addresses wrap at the size. */
export interface FlashMemory {
  readonly sizeBytes: number;
  readonly jedecId: readonly [number, number, number];
  readonly uniqueId: Uint8Array<ArrayBuffer>;
  readonly sfdp: Uint8Array<ArrayBuffer> | null;
  readonly registers: FlashRegisters;
  readonly counters: FlashCounters;
  /** A copy of what is stored. */
  read(address: number, sizeBytes: number): Uint8Array<ArrayBuffer>;
  /**
   * Clears bits: stored AND given. `completed` below 1 is an operation cut off: only that part of the bytes is
   * programmed.
   */
  program(address: number, bytes: Uint8Array, completed?: number): void;
  /**
   * Sets every bit of the sectors the range touches. `completed` below 1 is an operation cut off: each sector is left
   * erased in part, the rest of it as it was.
   */
  erase(address: number, sizeBytes: number, completed?: number): void;
  /** Puts bytes there without the ways of flash: what came from the factory, or a test's preparation. */
  place(address: number, bytes: Uint8Array): void;
  /** Keeps the status bytes over a loss of power. */
  storeStatus(): void;
  /** Power off and on: volatile registers get their stored values. */
  powerCycle(): void;
  /** True when every byte is FF. */
  isBlank(): boolean;
  snapshot(): FlashSnapshot;
  /** Replaces contents and status. Throws `virtual.state-file` when the snapshot is of another size. */
  load(snapshot: FlashSnapshot): void;
}

/** A blank flash chip. Throws `virtual.invalid-option` for a size that no such chip has. */
export function createNorFlash(options: NorFlashOptions): FlashMemory {
  const { sizeBytes } = options;
  if (sizeBytes < SECTOR || (sizeBytes & (sizeBytes - 1)) !== 0) {
    throw new EspError("virtual.invalid-option", `A flash chip cannot have ${sizeBytes} bytes.`, {
      hint: "Give a power of two, at least 4096.",
    });
  }
  return new NorFlash(options);
}

class NorFlash implements FlashMemory {
  readonly sizeBytes: number;
  readonly jedecId: readonly [number, number, number];
  readonly uniqueId: Uint8Array<ArrayBuffer>;
  readonly sfdp: Uint8Array<ArrayBuffer> | null;
  readonly registers: FlashRegisters;
  readonly #pieces = new Map<number, Uint8Array>();
  readonly #erases = new Map<number, number>();
  #storedStatus: readonly [number, number, number];
  #bytesProgrammed = 0;
  #bytesNotErased = 0;

  constructor({ sizeBytes, jedecId, sfdp, uniqueId, status }: NorFlashOptions) {
    this.sizeBytes = sizeBytes;
    this.jedecId = jedecId;
    this.sfdp = sfdp === undefined ? createSfdp(sizeBytes) : sfdp;
    this.uniqueId = uniqueId ?? Uint8Array.of(0xe4, 0x68, 0x58, 0x88, 0x13, 0x2f, 0x2b, 0x39);
    this.#storedStatus = status ?? [0, 0, 0];
    this.registers = {
      status: [...this.#storedStatus],
      writeEnabled: false,
      volatileStatusWrite: false,
      poweredDown: false,
      resetEnabled: false,
    };
  }

  get counters(): FlashCounters {
    return {
      erasesPerSector: this.#erases,
      bytesProgrammed: this.#bytesProgrammed,
      bytesNotErased: this.#bytesNotErased,
    };
  }

  read(address: number, sizeBytes: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(sizeBytes);
    this.#eachPiece(address, sizeBytes, (base, offset, from, length) => {
      const piece = this.#pieces.get(base);
      if (piece === undefined) bytes.fill(0xff, from, from + length);
      else bytes.set(piece.subarray(offset, offset + length), from);
    });
    return bytes;
  }

  program(address: number, bytes: Uint8Array, completed = 1): void {
    const length = Math.floor(bytes.length * completed);
    this.#bytesProgrammed += length;
    this.#eachPiece(address, length, (base, offset, from, count) => {
      const piece = this.#writable(base);
      for (let index = 0; index < count; index++) {
        const wanted = bytes[from + index] ?? 0xff;
        const stored = (piece[offset + index] ?? 0xff) & wanted;
        if (stored !== wanted) this.#bytesNotErased++;
        piece[offset + index] = stored;
      }
    });
  }

  erase(address: number, sizeBytes: number, completed = 1): void {
    if (sizeBytes <= 0) return;
    const first = Math.floor(address / SECTOR) * SECTOR;
    for (let sector = first; sector < address + sizeBytes; sector += SECTOR) {
      const wrapped = sector % this.sizeBytes;
      this.#erases.set(wrapped, (this.#erases.get(wrapped) ?? 0) + 1);
      const offset = wrapped % PIECE;
      this.#pieces.get(wrapped - offset)?.fill(0xff, offset, offset + Math.floor(SECTOR * completed));
    }
  }

  place(address: number, bytes: Uint8Array): void {
    this.#eachPiece(address, bytes.length, (base, offset, from, length) => {
      this.#writable(base).set(bytes.subarray(from, from + length), offset);
    });
  }

  powerCycle(): void {
    const { registers } = this;
    for (const index of [0, 1, 2] as const) registers.status[index] = this.#storedStatus[index];
    registers.writeEnabled = false;
    registers.volatileStatusWrite = false;
    registers.poweredDown = false;
    registers.resetEnabled = false;
  }

  storeStatus(): void {
    this.#storedStatus = [...this.registers.status];
  }

  isBlank(): boolean {
    return [...this.#pieces.values()].every(isErased);
  }

  snapshot(): FlashSnapshot {
    const pieces = [...this.#pieces]
      .filter(([, bytes]) => !isErased(bytes))
      .map(([address, bytes]) => ({ address, bytes: bytes.slice() }))
      .sort((left, right) => left.address - right.address);
    return { sizeBytes: this.sizeBytes, status: [...this.#storedStatus], pieces };
  }

  load(snapshot: FlashSnapshot): void {
    if (snapshot.sizeBytes !== this.sizeBytes) {
      throw new EspError(
        "virtual.state-file",
        `The stored flash has ${snapshot.sizeBytes} bytes, this chip's flash ${this.sizeBytes}.`,
        { hint: "Give the virtual chip the flash size it was stored with." },
      );
    }
    this.#pieces.clear();
    this.#storedStatus = [...snapshot.status];
    for (const { address, bytes } of snapshot.pieces) this.place(address, bytes);
    this.powerCycle();
  }

  #writable(base: number): Uint8Array {
    let piece = this.#pieces.get(base);
    if (piece === undefined) {
      piece = new Uint8Array(Math.min(PIECE, this.sizeBytes)).fill(0xff);
      this.#pieces.set(base, piece);
    }
    return piece;
  }

  /** Cuts a range, wrapped at the size of the chip, into stretches of one piece each. */
  #eachPiece(
    address: number,
    sizeBytes: number,
    visit: (base: number, offset: number, from: number, length: number) => void,
  ): void {
    for (let done = 0; done < sizeBytes; ) {
      const at = (address + done) % this.sizeBytes;
      const offset = at % PIECE;
      const length = Math.min(sizeBytes - done, PIECE - offset, this.sizeBytes - at);
      visit(at - offset, offset, done, length);
      done += length;
    }
  }
}

function isErased(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0xff);
}
