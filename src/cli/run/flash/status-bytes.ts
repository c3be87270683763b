import type { StatusBytes } from "../../../index.ts";
import type { OptionValues } from "../../line/option-values.ts";

export function statusBytes(options: OptionValues): StatusBytes {
  // The declaration of the option allows 1, 2 and 3 only.
  return Number(options.text("bytes")) as StatusBytes;
}

/** Two digits a byte. */
export function hexStatus(status: number, bytes: number): string {
  return `0x${status.toString(16).padStart(2 * bytes, "0")}`;
}
