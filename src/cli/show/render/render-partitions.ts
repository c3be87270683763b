import { type Partition, subtypeName, typeName } from "../../../partition.ts";
import { harmlessText } from "../harmless-text.ts";
import { textWidth } from "../screen/text-width.ts";

/** A partition, or a gap between two. */
interface Row {
  readonly cells: readonly string[];
  readonly address: number;
  readonly sizeBytes: number;
  readonly isFree: boolean;
}

/** Beside a table the bar has to have so many columns, else it stands under each row. */
const LEAST_BAR = 16;
const MOST_BAR = 64;
const GAP = 2;
const UNDER = 2;

/**
 * A table drawn to scale, a row a partition, with the gaps between them and a bar that shows where in flash each lies. Of flash
 * of unknown size the last partition is the end. No line is longer than the columns, of which there are 40 at the least.
 */
export function partitionLines(
  partitions: readonly Partition[],
  flashBytes: number | null,
  columns: number,
): readonly string[] {
  if (partitions.length === 0) return ["The table is empty."];
  const sorted = [...partitions].sort((left, right) => left.address - right.address);
  const end = Math.max(flashBytes ?? 0, ...sorted.map(({ address, sizeBytes }) => address + sizeBytes));
  const rows = withGaps(sorted, flashBytes ?? end);
  const head = ["Name", "Type, subtype", "Address", "Size", "Flags"];
  const widths = head.map((title, index) =>
    Math.max(...[title, ...rows.map(({ cells }) => cells[index] ?? "")].map(textWidth)),
  );
  const isFlagged = rows.some(({ cells }) => cells[4] !== "");
  const shown = widths.slice(0, isFlagged ? 5 : 4);
  const textColumns = shown.reduce((sum, width) => sum + width + GAP, 0);
  const beside = columns - textColumns - 2;
  if (beside >= LEAST_BAR) {
    const bar = Math.min(beside, MOST_BAR);
    return [
      line(head, shown),
      ...rows.map((row) => `${padded(row.cells, shown)}|${barOf(row, end, bar)}|`),
      `${" ".repeat(textColumns)} ${scale(end, bar)}`.trimEnd(),
    ];
  }
  const bar = columns - UNDER - 2;
  return [
    ...rows.flatMap((row) => [...narrow(row, columns), `${" ".repeat(UNDER)}|${barOf(row, end, bar)}|`]),
    `${" ".repeat(UNDER + 1)}${scale(end, bar)}`.trimEnd(),
  ];
}

function withGaps(sorted: readonly Partition[], end: number): readonly Row[] {
  const rows: Row[] = [];
  let free = sorted[0]?.address ?? 0;
  for (const partition of sorted) {
    if (partition.address > free) rows.push(gap(free, partition.address));
    rows.push(rowOf(partition));
    free = Math.max(free, partition.address + partition.sizeBytes);
  }
  if (end > free) rows.push(gap(free, end));
  return rows;
}

function gap(address: number, end: number): Row {
  const sizeBytes = end - address;
  return { cells: ["", "free", hex(address), sizeText(sizeBytes), ""], address, sizeBytes, isFree: true };
}

function rowOf({ name, type, subtype, address, sizeBytes, encrypted, readonly }: Partition): Row {
  const flags = [...(encrypted ? ["encrypted"] : []), ...(readonly ? ["readonly"] : [])].join(", ");
  const kind = `${typeName(type)}, ${subtypeName(type, subtype)}`;
  const cells = [harmlessText(name.replaceAll("\n", " ")), kind, hex(address), sizeText(sizeBytes), flags];
  return { cells, address, sizeBytes, isFree: false };
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** `1.25M`, `24K`, or bytes where it is neither. */
export function sizeText(sizeBytes: number): string {
  if (sizeBytes >= 0x10_0000 && sizeBytes % 0x4000 === 0) return `${Number((sizeBytes / 0x10_0000).toFixed(3))}M`;
  return sizeBytes % 0x400 === 0 ? `${sizeBytes / 0x400}K` : `${sizeBytes}`;
}

function line(cells: readonly string[], widths: readonly number[]): string {
  return padded(cells, widths).trimEnd();
}

function padded(cells: readonly string[], widths: readonly number[]): string {
  return widths.map((width, index) => pad(cells[index] ?? "", width + GAP)).join("");
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** A row on two lines where one has no room for it. */
function narrow(
  { cells: [name = "", kind = "", address = "", size = "", flags = ""] }: Row,
  columns: number,
): string[] {
  const words = [[name === "" ? kind : `${name} (${kind})`], [address, size, flags].filter((word) => word !== "")];
  const whole = words.flat().join("  ");
  return textWidth(whole) <= columns
    ? [whole]
    : words.map((some, index) => " ".repeat(index * UNDER) + some.join("  "));
}

/** At least one cell, however small; the share of the flash else. */
function barOf({ address, sizeBytes, isFree }: Row, end: number, cells: number): string {
  const start = Math.min(cells - 1, Math.floor((address / end) * cells));
  const stop = Math.max(start + 1, Math.min(cells, Math.round(((address + sizeBytes) / end) * cells)));
  const filled = sizeBytes === 0 ? " " : isFree ? "." : "#";
  return " ".repeat(start) + filled.repeat(stop - start) + " ".repeat(cells - stop);
}

function scale(end: number, cells: number): string {
  const last = sizeText(end);
  return `0${last.padStart(cells - 1)}`;
}
