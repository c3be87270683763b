import { html, nothing, type TemplateResult } from "lit";
import type { Say } from "../texts/texts.ts";

/** A board can hold more than a page can draw, or anybody reads. */
export const MOST_ROWS = 1000;

/** The first of them, and what is said of there being more. */
export function firstRows<Row>(
  say: Say,
  all: readonly Row[],
): { readonly rows: readonly Row[]; readonly more: TemplateResult | typeof nothing } {
  if (all.length <= MOST_ROWS) return { rows: all, more: nothing };
  const rows = all.slice(0, MOST_ROWS);
  return { rows, more: html`<p class="warning">${say("rows-first", { count: rows.length, all: all.length })}</p>` };
}
