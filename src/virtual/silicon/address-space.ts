import { readU32, writeU32 } from "../../core/bytes/words.ts";

/** A piece of hardware that gives the words of some addresses a meaning. Addresses are multiples of 4. */
export interface Peripheral {
  handles(address: number): boolean;
  read(address: number): number;
  write(address: number, value: number): void;
  /** The chip was reset. */
  reset(): void;
}

const PAGE = 0x1000;

/**
 * Everything a loader reaches by address: peripherals where there are any, plain memory elsewhere (RAM, and registers
 * of no consequence), zero until written.
 */
export class AddressSpace {
  readonly #peripherals: readonly Peripheral[];
  readonly #resetValues: ReadonlyMap<number, number>;
  #pages = new Map<number, Uint8Array>();

  constructor(peripherals: readonly Peripheral[], resetValues: ReadonlyMap<number, number>) {
    this.#peripherals = peripherals;
    this.#resetValues = resetValues;
    this.reset();
  }

  /** RAM is lost, registers have their reset values. */
  reset(): void {
    this.#pages = new Map();
    for (const peripheral of this.#peripherals) peripheral.reset();
    for (const [address, value] of this.#resetValues) this.writeWord(address, value);
  }

  readWord(address: number): number {
    const aligned = alignDown(address);
    const peripheral = this.#peripherals.find((candidate) => candidate.handles(aligned));
    if (peripheral !== undefined) return peripheral.read(aligned) >>> 0;
    const page = this.#pages.get(Math.floor(aligned / PAGE));
    return page === undefined ? 0 : readU32(page, aligned % PAGE);
  }

  writeWord(address: number, value: number): void {
    const aligned = alignDown(address);
    const peripheral = this.#peripherals.find((candidate) => candidate.handles(aligned));
    if (peripheral === undefined) this.#storeWord(aligned, value);
    else peripheral.write(aligned, value >>> 0);
  }

  /** Bytes of plain memory. */
  readBytes(address: number, sizeBytes: number): Uint8Array {
    const bytes = new Uint8Array(sizeBytes);
    for (let done = 0; done < sizeBytes; ) {
      const at = address + done;
      const length = Math.min(sizeBytes - done, PAGE - (at % PAGE));
      const page = this.#pages.get(Math.floor(at / PAGE));
      if (page !== undefined) bytes.set(page.subarray(at % PAGE, (at % PAGE) + length), done);
      done += length;
    }
    return bytes;
  }

  writeBytes(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = address + done;
      const length = Math.min(bytes.length - done, PAGE - (at % PAGE));
      this.#page(at).set(bytes.subarray(done, done + length), at % PAGE);
      done += length;
    }
  }

  #storeWord(address: number, value: number): void {
    writeU32(this.#page(address), address % PAGE, value);
  }

  #page(address: number): Uint8Array {
    const number = Math.floor(address / PAGE);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = new Uint8Array(PAGE);
      this.#pages.set(number, page);
    }
    return page;
  }
}

function alignDown(address: number): number {
  return address - (address % 4);
}
