import { GLOBAL_OPTIONS } from "../global-options.ts";
import type { OptionSpec } from "../types.ts";

/** Options of every command: those of esptool that need no chip. Their letters belong to the commands here. */
export const ESPSECURE_OPTIONS: readonly OptionSpec[] = GLOBAL_OPTIONS.filter(({ name }) =>
  ["silent", "json", "debug"].includes(name),
).map(({ short: _letter, ...option }) => option);
