import { offsetOf } from "./settings.ts";

/** What Zephyr's `runners.yaml` tells the runner for these chips. */
export interface RunnersYaml {
  /** Of `--esp-app-address`. */
  readonly appAddress: number | null;
  /** Name of the file in the folder of `runners.yaml`. */
  readonly binFile: string | null;
  readonly elfFile: string | null;
}

const MOST_LINES = 5000;

export function parseRunnersYaml(content: string): RunnersYaml {
  const lines = content
    .split(/\r?\n/)
    .slice(0, MOST_LINES)
    .map((line) => line.trim().replace(/^-\s+["']?-+/, ""));
  const valueAfter = (start: string): string | null => {
    const line = lines.find((one) => one.startsWith(start));
    const value = line
      ?.slice(start.length)
      .trim()
      .replace(/^["']|["']$/g, "");
    return value === undefined || value === "" ? null : value;
  };
  return {
    appAddress: offsetOf(valueAfter("esp-app-address=")),
    binFile: valueAfter("bin_file:"),
    elfFile: valueAfter("elf_file:"),
  };
}
