/** What may stand beside a bar; each takes as much room at the end of the work as at its beginning. */
export type BarPart = "where" | "bytes" | "rate" | "left";

/** From the richest to the poorest; the first that leaves room for a bar is taken. */
const LAYOUTS: readonly (readonly BarPart[])[] = [
  ["where", "bytes", "rate", "left"],
  ["where", "rate", "left"],
  ["where", "left"],
  ["where"],
  [],
];

const MOST_CELLS = 30;
const FEWEST_CELLS = 10;
/** `[`, `]` and ` 100.0%`. */
const FRAME_COLUMNS = 9;

export interface BarLayout {
  readonly parts: ReadonlySet<BarPart>;
  /** What the bar is made of. */
  readonly cells: number;
  /** From the bar's end to the end of the longest line. */
  readonly roomBehind: number;
}

/**
 * How a bar with all that belongs to it is laid out on a screen. It depends on nothing that changes while the work goes
 * on, so the bar is drawn over itself from beginning to end.
 */
export function layoutBar(columns: number, widths: Readonly<Record<BarPart, number>>): BarLayout {
  // The last column stays free: some terminals go to the next line as soon as it is used.
  const room = columns - 1 - FRAME_COLUMNS;
  const widthOf = (parts: readonly BarPart[]): number => parts.reduce((sum, part) => sum + widths[part], 0);
  const parts = LAYOUTS.find((layout) => room - widthOf(layout) >= FEWEST_CELLS) ?? [];
  const cells = Math.max(1, Math.min(MOST_CELLS, room - widthOf(parts)));
  return {
    parts: new Set(parts),
    cells,
    roomBehind: widthOf(parts.filter((part) => part !== "where")),
  };
}

/** `[====>     ]  50.0%` (fact sheet 2.8). */
export function barText(share: number, cells: number): string {
  return `[${barCells(share, cells)}] ${(share * 100).toFixed(1).padStart(5)}%`;
}

function barCells(share: number, cells: number): string {
  if (share >= 1) return "=".repeat(cells);
  if (share <= 0) return " ".repeat(cells);
  const filled = Math.max(1, Math.floor(share * cells));
  return `${"=".repeat(filled - 1)}>`.padEnd(cells);
}
