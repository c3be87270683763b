import type { OptionSpec } from "../types.ts";

/** Options that several burning commands have. */
export const FORCE_WRITE_ALWAYS: OptionSpec = {
  name: "force-write-always",
  summary: "Burn even what cannot end well: a locked block, a second value over the first. For this command alone",
};
export const SHOW_SENSITIVE_INFO: OptionSpec = {
  name: "show-sensitive-info",
  summary: "Show keys in clear; without it every byte is ??",
};
export const KEY_PROTECTION: readonly OptionSpec[] = [
  { name: "no-protect-key", summary: "ESP32: do not lock the block, against reading nor writing" },
  { name: "no-write-protect", summary: "Do not lock the block against writing; not on the ESP32" },
  { name: "no-read-protect", summary: "Do not hide the key from software; not on the ESP32" },
];
