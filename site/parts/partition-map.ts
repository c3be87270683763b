import { html, type TemplateResult } from "lit";
import type { Partition } from "../../src/partition.ts";
import type { Say } from "../texts/texts.ts";
import { addressText, sizeText } from "./amounts.ts";

interface Piece {
  readonly name: string;
  readonly kind: "app" | "data" | "other" | "free";
  readonly address: number;
  readonly sizeBytes: number;
}

/** Narrower pieces could not be seen, nor told apart. */
const LEAST_SHARE = 0.012;

/** Flash from its beginning to its end, to scale as far as the small ones can be seen. The table below says the same. */
export function partitionMap(say: Say, partitions: readonly Partition[], flashBytes: number | null): TemplateResult {
  const pieces = piecesOf(partitions, flashBytes);
  const total = pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return html`
    <div class="map" role="img" aria-label=${say("map", { count: partitions.length })}>
      ${pieces.map(
        ({ name, kind, address, sizeBytes }) => html`<div
          class="piece piece-${kind}"
          title="${name} ${addressText(address)} ${sizeText(sizeBytes)}"
          .style=${`flex-grow: ${Math.max(LEAST_SHARE, sizeBytes / total) * 1000}`}
        >
          <span>${name}</span>
        </div>`,
      )}
    </div>
  `;
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
