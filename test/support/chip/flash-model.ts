const SECTOR = 0x1000;

/** What a flash chip should hold, as a plain array; sectors after an operation that failed are left out. */
export class FlashModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #unknown = new Set<number>();

  constructor(contents: Uint8Array) {
    this.bytes = contents.slice();
  }

  /** Writing erases the sectors it touches. */
  write(address: number, data: Uint8Array): void {
    if (data.length === 0) return;
    this.erase(address, data.length);
    this.bytes.set(data, address);
  }

  /** The same where sectors may be left alone: beside the data each byte is erased, or what it was. */
  writeOrKeep(address: number, data: Uint8Array, flash: Uint8Array): void {
    if (data.length === 0) return;
    const before = this.bytes.slice();
    const wasUnknown = new Set(this.#unknown);
    this.write(address, data);
    for (const start of sectorsOf(address, data.length)) {
      if (wasUnknown.has(start)) this.#unknown.add(start);
      for (let at = start; at < start + SECTOR; at++)
        if ((at < address || at >= address + data.length) && flash[at] === before[at]) this.bytes[at] = before[at] ?? 0;
    }
  }

  /** All sectors that the range touches. */
  erase(address: number, sizeBytes: number): void {
    for (const start of sectorsOf(address, sizeBytes)) {
      this.bytes.fill(0xff, start, start + SECTOR);
      this.#unknown.delete(start);
    }
  }

  /** Nobody can say any more what these sectors hold. */
  doubt(address: number, sizeBytes: number): void {
    for (const start of sectorsOf(address, sizeBytes)) this.#unknown.add(start);
  }

  doubtAll(): void {
    this.doubt(0, this.bytes.length);
  }

  /** The first address whose byte is known and not the flash's, or null. */
  firstDifference(flash: Uint8Array): number | null {
    if (Buffer.compare(flash, this.bytes) === 0) return null;
    for (let start = 0; start < flash.length; start += SECTOR) {
      if (this.#unknown.has(start)) continue;
      for (let address = start; address < start + SECTOR; address++)
        if (flash[address] !== this.bytes[address]) return address;
    }
    return null;
  }
}

function sectorsOf(address: number, sizeBytes: number): number[] {
  const starts: number[] = [];
  for (let start = address - (address % SECTOR); start < address + sizeBytes; start += SECTOR) starts.push(start);
  return starts;
}
