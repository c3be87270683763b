import type { BundleSettings } from "../flash-bundle.ts";
import { offsetOf, settingsOf } from "./settings.ts";

/** What a `flash_args` file says: options in its first line, then an offset and a path a line. */
export interface FlashArgsText {
  readonly files: readonly { readonly address: number; readonly path: string }[];
  readonly settings: BundleSettings;
  /** Lines that are neither, counted from 1. */
  readonly unreadable: readonly number[];
}

const MOST_LINES = 500;

export function parseFlashArgsText(content: string): FlashArgsText {
  const options = new Map<string, string>();
  const files: { address: number; path: string }[] = [];
  const unreadable: number[] = [];
  for (const [index, raw] of content.split(/\r?\n/).slice(0, MOST_LINES).entries()) {
    const line = raw.trim();
    if (line === "") continue;
    if (line.startsWith("-")) {
      for (const [, name = "", value = ""] of line.matchAll(/--([\w-]+)[ =]+(\S+)/g))
        options.set(name.replaceAll("_", "-"), value);
      continue;
    }
    // Paths with blanks are not quoted there: only the first blank separates.
    const [, offset, path] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
    const address = offsetOf(offset);
    if (address === null || path === undefined) unreadable.push(index + 1);
    else files.push({ address, path });
  }
  return {
    files,
    settings: settingsOf(options.get("flash-mode"), options.get("flash-freq"), options.get("flash-size")),
    unreadable,
  };
}
