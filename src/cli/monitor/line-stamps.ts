import { dateText } from "./date-text.ts";

/** What stands before a line: date and time, or seconds since the first line or since the line before. */
export function lineStamps(kind: string, dateAt: (atMs: number) => Date): (atMs: number) => string {
  if (kind === "date") return (atMs) => dateText(dateAt(atMs));
  let from: number | null = null;
  return (atMs) => {
    const passedMs = atMs - (from ?? atMs);
    if (from === null || kind === "difference") from = atMs;
    return `${kind === "difference" ? "+" : ""}${(passedMs / 1000).toFixed(3)}`.padStart(10);
  };
}
