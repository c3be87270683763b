import type { Partition } from "../../src/partition.ts";

/** Flash between two addresses. */
export interface Piece {
  readonly name: string;
  readonly kind: "app" | "data" | "other" | "free";
  readonly address: number;
  readonly sizeBytes: number;
}

/** The partitions and what is between them, in the order of their addresses. */
export function piecesOf(partitions: readonly Partition[], flashBytes: number | null): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  const free = (upTo: number): void => {
    if (upTo > end) pieces.push({ name: "", kind: "free", address: end, sizeBytes: upTo - end });
  };
  for (const { name, type, address, sizeBytes } of [...partitions].sort(
    (left, right) => left.address - right.address,
  )) {
    free(address);
    const kind = type === 0 ? "app" : type === 1 ? "data" : "other";
    pieces.push({ name, kind, address, sizeBytes });
    end = Math.max(end, address + sizeBytes);
  }
  free(flashBytes ?? end);
  return pieces;
}
