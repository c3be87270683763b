import { html, type TemplateResult } from "lit";
import type { Partition } from "../../src/partition.ts";
import type { Say } from "../texts/texts.ts";
import { addressText, sizeText } from "./amounts.ts";
import { piecesOf } from "./flash-pieces.ts";

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
