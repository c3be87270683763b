import { EspError } from "../../core/errors.ts";

/** W25N01GV data sheet, section 1: 1 Gbit in 1024 blocks of 64 pages of 2048 bytes, each with 64 spare bytes. */
export const NAND_PAGE_BYTES = 2048;
export const NAND_SPARE_BYTES = 64;
export const NAND_PAGES_PER_BLOCK = 64;
export const NAND_BLOCKS = 1024;
export const NAND_BLOCK_BYTES: number = NAND_PAGE_BYTES * NAND_PAGES_PER_BLOCK;
const PAGES: number = NAND_BLOCKS * NAND_PAGES_PER_BLOCK;

export interface NandFlashOptions {
  /** Blocks that left the factory marked; they can be neither erased nor programmed. Default: none. */
  readonly badBlocks?: readonly number[] | undefined;
  readonly manufacturer?: number | undefined;
  readonly device?: number | undefined;
  /** The pins it is soldered to, as in an attach request; null: whichever are named. Default null. */
  readonly pins?: number | null | undefined;
  /** Register A0 after power-on; the bits that protect blocks are cleared by the attach of a loader. Default 0. */
  readonly protection?: number | undefined;
}

/** What is worth keeping of a NAND chip when the program ends; plain data. */
export interface NandSnapshot {
  readonly badBlocks: readonly number[];
  /** Pages that are not all FF, spare bytes behind the data. */
  readonly pages: readonly { readonly page: number; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

export interface NandCounters {
  /** Block to how often it was erased. */
  readonly erasesPerBlock: ReadonlyMap<number, number>;
  readonly pagesProgrammed: number;
  readonly sparesRead: number;
  /** Bytes that should have been programmed but for bits that only an erase can set again. */
  readonly bytesNotErased: number;
}

/** A NAND flash chip: erase sets the bits of whole blocks, program clears those of a page. */
export interface NandMemory {
  readonly manufacturer: number;
  readonly device: number;
  readonly pins: number | null;
  readonly protection: number;
  readonly badBlocks: readonly number[];
  readonly counters: NandCounters;
  /** A copy of what is stored, without spare bytes; addresses count data bytes only. */
  read(address: number, sizeBytes: number): Uint8Array<ArrayBuffer>;
  /** A copy of the spare bytes of a page. */
  readSpare(page: number): Uint8Array<ArrayBuffer>;
  /** Clears bits: stored AND given, from the beginning of the page. False for a bad block. */
  programPage(page: number, bytes: Uint8Array): boolean;
  programSpare(page: number, bytes: Uint8Array): void;
  /** Sets every bit of a block, spare bytes included. False for a bad block, which stays as it is. */
  eraseBlock(block: number): boolean;
  /** Puts bytes there without the ways of flash: a test's preparation. */
  place(address: number, bytes: Uint8Array): void;
  snapshot(): NandSnapshot;
  /** Replaces contents and bad blocks. */
  load(snapshot: NandSnapshot): void;
}

/** A W25N01GV, blank but for the marks of its bad blocks. Throws `virtual.invalid-option` for a block it has not. */
export function createNandFlash(options: NandFlashOptions = {}): NandMemory {
  const wrong = options.badBlocks?.find((block) => !Number.isInteger(block) || block < 0 || block >= NAND_BLOCKS);
  if (wrong !== undefined) {
    throw new EspError("virtual.invalid-option", `The NAND flash has no block ${wrong}.`, {
      hint: `Blocks are numbered from 0 to ${NAND_BLOCKS - 1}.`,
    });
  }
  return new NandFlash(options);
}

class NandFlash implements NandMemory {
  readonly manufacturer: number;
  readonly device: number;
  readonly pins: number | null;
  readonly protection: number;
  #badBlocks: ReadonlySet<number> = new Set();
  readonly #pages = new Map<number, Uint8Array<ArrayBuffer>>();
  readonly #erases = new Map<number, number>();
  #pagesProgrammed = 0;
  #sparesRead = 0;
  #bytesNotErased = 0;

  constructor({ badBlocks = [], manufacturer, device, pins, protection }: NandFlashOptions) {
    this.manufacturer = manufacturer ?? 0xef;
    this.device = device ?? 0xaa21;
    this.pins = pins ?? null;
    this.protection = protection ?? 0;
    this.#setBadBlocks(badBlocks);
    // The factory's mark: the first spare byte of the first page is not FF (data sheet, section 10.2).
    for (const block of this.#badBlocks) this.programSpare(block * NAND_PAGES_PER_BLOCK, Uint8Array.of(0));
  }

  get badBlocks(): readonly number[] {
    return [...this.#badBlocks];
  }

  get counters(): NandCounters {
    return {
      erasesPerBlock: this.#erases,
      pagesProgrammed: this.#pagesProgrammed,
      sparesRead: this.#sparesRead,
      bytesNotErased: this.#bytesNotErased,
    };
  }

  read(address: number, sizeBytes: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(sizeBytes).fill(0xff);
    for (let done = 0; done < sizeBytes; ) {
      const offset = (address + done) % NAND_PAGE_BYTES;
      const length = Math.min(sizeBytes - done, NAND_PAGE_BYTES - offset);
      const stored = this.#pages.get(pageAt(address + done));
      if (stored !== undefined) bytes.set(stored.subarray(offset, offset + length), done);
      done += length;
    }
    return bytes;
  }

  readSpare(page: number): Uint8Array<ArrayBuffer> {
    this.#sparesRead++;
    const stored = this.#pages.get(page % PAGES);
    return stored?.slice(NAND_PAGE_BYTES) ?? new Uint8Array(NAND_SPARE_BYTES).fill(0xff);
  }

  programPage(page: number, bytes: Uint8Array): boolean {
    if (this.#badBlocks.has(Math.floor(page / NAND_PAGES_PER_BLOCK))) return false;
    this.#pagesProgrammed++;
    this.#clearBits(page, 0, bytes.subarray(0, NAND_PAGE_BYTES));
    return true;
  }

  programSpare(page: number, bytes: Uint8Array): void {
    this.#clearBits(page, NAND_PAGE_BYTES, bytes.subarray(0, NAND_SPARE_BYTES));
  }

  eraseBlock(block: number): boolean {
    if (this.#badBlocks.has(block)) return false;
    this.#erases.set(block, (this.#erases.get(block) ?? 0) + 1);
    for (let page = 0; page < NAND_PAGES_PER_BLOCK; page++) this.#pages.delete(block * NAND_PAGES_PER_BLOCK + page);
    return true;
  }

  place(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const offset = (address + done) % NAND_PAGE_BYTES;
      const length = Math.min(bytes.length - done, NAND_PAGE_BYTES - offset);
      this.#writable(pageAt(address + done)).set(bytes.subarray(done, done + length), offset);
      done += length;
    }
  }

  snapshot(): NandSnapshot {
    const pages = [...this.#pages]
      .filter(([, bytes]) => bytes.some((byte) => byte !== 0xff))
      .map(([page, bytes]) => ({ page, bytes: bytes.slice() }))
      .sort((left, right) => left.page - right.page);
    return { badBlocks: this.badBlocks, pages };
  }

  load({ badBlocks, pages }: NandSnapshot): void {
    this.#pages.clear();
    this.#setBadBlocks(badBlocks);
    for (const { page, bytes } of pages)
      this.#writable(page).set(bytes.subarray(0, NAND_PAGE_BYTES + NAND_SPARE_BYTES));
  }

  #setBadBlocks(blocks: readonly number[]): void {
    this.#badBlocks = new Set([...blocks].sort((left, right) => left - right));
  }

  #clearBits(page: number, offset: number, bytes: Uint8Array): void {
    const stored = this.#writable(page);
    bytes.forEach((wanted, index) => {
      const result = (stored[offset + index] ?? 0xff) & wanted;
      if (result !== wanted) this.#bytesNotErased++;
      stored[offset + index] = result;
    });
  }

  #writable(page: number): Uint8Array<ArrayBuffer> {
    const number = page % PAGES;
    let bytes = this.#pages.get(number);
    if (bytes === undefined) {
      bytes = new Uint8Array(NAND_PAGE_BYTES + NAND_SPARE_BYTES).fill(0xff);
      this.#pages.set(number, bytes);
    }
    return bytes;
  }
}

function pageAt(address: number): number {
  return Math.floor(address / NAND_PAGE_BYTES) % PAGES;
}
