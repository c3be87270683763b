import { harmlessText } from "../../show/harmless-text.ts";
import { textWidth } from "../../show/screen/text-width.ts";

/** Names, sizes and a word on each region under each other. */
export function regionLines(regions: readonly (readonly [name: string, sizeBytes: number, word: string])[]): string[] {
  const rows = regions.map(([name, sizeBytes, word]) => ({ name: harmlessText(name), size: String(sizeBytes), word }));
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(textWidth));
  const nameColumns = widest(rows.map(({ name }) => name));
  const sizeColumns = widest(rows.map(({ size }) => size));
  return rows.map(({ name, size, word }) => {
    const filled = name + " ".repeat(nameColumns - textWidth(name));
    return `  ${filled}  ${size.padStart(sizeColumns)} bytes  ${word}`;
  });
}
