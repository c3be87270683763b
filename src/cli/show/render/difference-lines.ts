import type { VerifyDifferences } from "../../../index.ts";
import { hex32 } from "../numbers.ts";

const ROW_BYTES = 16;
/** So many rows fill some screens; what comes after them is summed up. */
const MOST_ROWS = 64;
/** For the rows that are like many others: the beginning of a long run says what it is. */
const MOST_ROWS_OF_RUN = 4;

type Run = VerifyDifferences["runs"][number];

/**
 * What differs, as a hex dump: a row of the flash (`-`), below it what the file has instead (`+`), `..` where it is the
 * same. Long runs are shown by their beginning.
 */
export function differenceLines({ count, lastAddress, runs }: VerifyDifferences): string[] {
  const lines: string[] = ["  - flash, + file"];
  let rows = 0;
  let told = 0;
  for (const run of runs) {
    if (rows >= MOST_ROWS) break;
    const shown = shownRows(run, Math.min(MOST_ROWS - rows, MOST_ROWS_OF_RUN));
    lines.push(...shown.lines);
    rows += shown.rows;
    told += run.count;
    if (run.count > shown.count) {
      const end = hex32(run.address + run.sizeBytes - 1);
      lines.push(`  ... ${bytesMore(run.count - shown.count)} to ${end}`);
    }
  }
  if (count > told) lines.push(`  ... ${bytesMore(count - told)} further on, the last at ${hex32(lastAddress)}`);
  return lines;
}

function shownRows(run: Run, most: number): { lines: string[]; rows: number; count: number } {
  const lines: string[] = [];
  let rows = 0;
  let count = 0;
  for (let at = 0; at < run.file.length && rows < most; rows++) {
    const address = run.address + at;
    const end = Math.min(run.file.length, at + ROW_BYTES - (address % ROW_BYTES));
    const flash = run.flash.subarray(at, end);
    const file = run.file.subarray(at, end);
    lines.push(rowLine("-", address, flash), rowLine("+", address, file, flash));
    for (const [index, byte] of file.entries()) if (byte !== flash[index]) count++;
    at = end;
  }
  return { lines, rows, count };
}

/** `same`: bytes that need not be shown again. */
function rowLine(sign: "-" | "+", address: number, bytes: Uint8Array, same?: Uint8Array): string {
  // In its column, also where the file begins in the middle of a row.
  const before = "   ".repeat(address % ROW_BYTES);
  const cells = Array.from(bytes, (byte, index) =>
    byte === same?.[index] ? ".." : byte.toString(16).padStart(2, "0"),
  ).join(" ");
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
  const row = `${before}${cells}`.padEnd(ROW_BYTES * 3 - 1);
  return `  ${sign} ${hex32(address)}  ${row} ${" ".repeat(address % ROW_BYTES)}${text}`;
}

function bytesMore(count: number): string {
  return `${count.toLocaleString("en")} more ${count === 1 ? "byte differs" : "bytes differ"}`;
}
