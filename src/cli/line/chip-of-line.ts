import type { RawOptions } from "./build-program.ts";
import { chipKey } from "./value/parse-values.ts";

/**
 * The chip that a line is about, for help and completion, where nothing is checked: the option, else the environment,
 * else `auto`.
 */
export function chipOfLine(options: RawOptions, env: Readonly<Record<string, string | undefined>>): string {
  const text = options["chip"] ?? env["ESPTOOL_CHIP"];
  return typeof text === "string" && text !== "" ? chipKey(text) : "auto";
}
