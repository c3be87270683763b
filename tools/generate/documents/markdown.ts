/** A table with aligned columns, as the formatter would make it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width)).join(" | ")} |`;
  const [titles = [], ...others] = cells;
  return [line(titles), line(widths.map((width) => "-".repeat(width))), ...others.map(line)].join("\n");
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** `0x02`, with at least so many digits. */
export function hex(value: number, digits = 2): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}

/** `c0 00 0a`. */
export function hexBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** `3 s`, `100 ms`. */
export function duration(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}

export function yesNo(value: boolean): string {
  return value ? "yes" : "";
}
