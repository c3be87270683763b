// Shelf: Intel HEX and UF2, both ways.
// In: text or blocks, or runs of bytes at addresses.
// Out: runs of bytes at addresses, or text or blocks.

import { checkBytes, type WithByteSources } from "../../check/bytes.ts";
import type { Check } from "../../check/check.ts";
import { checkAddress } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { listOf } from "../../check/values.ts";

/** Bytes that stand together at an absolute address. */
export interface Run {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Two pieces that claim the same byte. */
export interface RunOverlap {
  /** First address that is given twice. */
  readonly address: number;
  /** The `origin` under which the later of the two pieces was added. */
  readonly origin: number;
}

/** Collects pieces of a file in any order and joins those that touch. */
export interface RunCollector {
  /** Appends `source[from..to)` at `address`; `origin` is a place in the file, for error messages. */
  add(address: number, source: Uint8Array, range: { from: number; to: number; origin: number }): void;
  /** By address, none touching another. All runs share one buffer. Throws what `complain` makes of an overlap. */
  finish(complain: (overlap: RunOverlap) => Error): Run[];
}

/** `capacityBytes`: an upper limit of what will be added; all of it is held in one buffer from the start. */
export function collectRuns(capacityBytes: number): RunCollector {
  const pool = new Uint8Array(capacityBytes);
  let used = 0;
  // Piece i is pool[offsets[i]..offsets[i + 1]). Plain numbers instead of objects: a file may consist of tiny pieces.
  const addresses: number[] = [];
  const offsets: number[] = [];
  const origins: number[] = [];
  let nextAddress = -1;
  let isSorted = true;
  return {
    add(address, source, { from, to, origin }) {
      if (to <= from) return;
      if (address !== nextAddress) {
        if (address < nextAddress) isSorted = false;
        addresses.push(address);
        offsets.push(used);
        origins.push(origin);
      }
      for (let index = from; index < to; index++) pool[used++] = source[index] as number;
      nextAddress = address + to - from;
    },
    finish(complain) {
      const pieces = { pool: pool.subarray(0, used), addresses, offsets, origins };
      if (isSorted) return piecesInOrder(pieces);
      const order = sortedOrder(pieces);
      const overlap = findOverlap(pieces, order);
      if (overlap !== null) throw complain(overlap);
      return joinInOrder(pieces, order);
    },
  };
}

interface Pieces {
  readonly pool: Uint8Array<ArrayBuffer>;
  readonly addresses: readonly number[];
  readonly offsets: readonly number[];
  readonly origins: readonly number[];
}

function pieceEnd({ pool, offsets }: Pieces, piece: number): number {
  return offsets[piece + 1] ?? pool.length;
}

function pieceData(pieces: Pieces, piece: number): Uint8Array<ArrayBuffer> {
  return pieces.pool.subarray(pieces.offsets[piece], pieceEnd(pieces, piece));
}

function piecesInOrder(pieces: Pieces): Run[] {
  return pieces.addresses.map((address, piece) => ({ address, data: pieceData(pieces, piece) }));
}

function sortedOrder({ addresses }: Pieces): number[] {
  const order = addresses.map((_, piece) => piece);
  return order.sort((left, right) => (addresses[left] as number) - (addresses[right] as number) || left - right);
}

function findOverlap(pieces: Pieces, order: readonly number[]): RunOverlap | null {
  let previous = -1;
  let end = 0;
  for (const piece of order) {
    const address = pieces.addresses[piece] as number;
    if (address < end) return { address, origin: pieces.origins[Math.max(piece, previous)] as number };
    end = address + pieceData(pieces, piece).length;
    previous = piece;
  }
  return null;
}

function joinInOrder(pieces: Pieces, order: readonly number[]): Run[] {
  const sorted = collectRuns(pieces.pool.length);
  for (const piece of order) {
    const from = pieces.offsets[piece] as number;
    const range = { from, to: pieceEnd(pieces, piece), origin: 0 };
    sorted.add(pieces.addresses[piece] as number, pieces.pool, range);
  }
  return sorted.finish(() => new Error("sorted pieces do not overlap"));
}

export type RunInput = WithByteSources<Run>;

export const checkRuns: Check<Run[]> = listOf(shape<Run>({ address: checkAddress, data: checkBytes }));
