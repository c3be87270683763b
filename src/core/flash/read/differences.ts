import type { DifferentRun, VerifyDifferences } from "../../events.ts";

const ROW_BYTES = 16;
/** What is shown of a run; its extent is exact. */
const SHOWN_BYTES = 8 * ROW_BYTES;
/** More than a person reads; the count stays exact. */
const LISTED_RUNS = 256;

export interface ComparedPiece {
  readonly address: number;
  readonly flash: Uint8Array<ArrayBuffer>;
  readonly file: Uint8Array<ArrayBuffer>;
}

interface OpenRun {
  readonly address: number;
  sizeBytes: number;
  count: number;
  readonly pieces: { readonly flash: Uint8Array<ArrayBuffer>; readonly file: Uint8Array<ArrayBuffer> }[];
}

/** What differs between flash and a file, found out piece by piece, from low addresses to high ones. */
export class DifferenceList {
  readonly #runs: OpenRun[] = [];
  #count = 0;
  #firstAddress: number | null = null;
  #lastAddress = 0;
  /** Where a row has to begin to belong to the last run. */
  #runEnd = -1;

  add({ address, flash, file }: ComparedPiece): void {
    for (let at = 0; at < file.length; ) {
      const end = Math.min(file.length, at + ROW_BYTES - ((address + at) % ROW_BYTES));
      this.#addRow({ address: address + at, flash: flash.subarray(at, end), file: file.subarray(at, end) });
      at = end;
    }
  }

  get count(): number {
    return this.#count;
  }

  /** `start`: what is said to be the first address where nothing differs. */
  result(start: number): VerifyDifferences {
    const first = this.#firstAddress ?? start;
    return {
      count: this.#count,
      firstAddress: first,
      lastAddress: this.#firstAddress === null ? first : this.#lastAddress,
      runs: this.#runs.map(closed),
    };
  }

  #addRow({ address, flash, file }: ComparedPiece): void {
    let count = 0;
    for (const [index, byte] of file.entries()) {
      if (byte === flash[index]) continue;
      count++;
      this.#firstAddress ??= address + index;
      this.#lastAddress = address + index;
    }
    if (count === 0) return;
    this.#count += count;
    const last = this.#runs.at(-1);
    if (last !== undefined && this.#runEnd === address) extend(last, { flash, file }, count);
    else if (this.#runs.length < LISTED_RUNS) {
      this.#runs.push({ address, sizeBytes: file.length, count, pieces: [{ flash, file }] });
    } else return;
    this.#runEnd = address + file.length;
  }
}

function extend(run: OpenRun, piece: OpenRun["pieces"][number], count: number): void {
  if (run.sizeBytes < SHOWN_BYTES) run.pieces.push(piece);
  run.sizeBytes += piece.file.length;
  run.count += count;
}

function closed({ address, sizeBytes, count, pieces }: OpenRun): DifferentRun {
  const flash = pieces.flatMap((piece) => [...piece.flash]);
  const file = pieces.flatMap((piece) => [...piece.file]);
  return { address, sizeBytes, count, flash: Uint8Array.from(flash), file: Uint8Array.from(file) };
}
