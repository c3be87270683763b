import { CHIP_NAMES } from "../chip-names.ts";
import { BEFORE_MODES, GLOBAL_OPTIONS } from "../global-options.ts";
import type { OptionSpec } from "../types.ts";

/** The ESP8266 has no eFuses to burn. */
export const EFUSE_CHIPS: readonly string[] = CHIP_NAMES.filter((name) => name !== "esp8266");

/** What is the same as for esptool. */
const SHARED: readonly OptionSpec[] = GLOBAL_OPTIONS.filter(({ name }) =>
  ["baud", "port", "port-filter", "connect-attempts", "wait", "no-memory", "verbose", "silent", "json"].includes(name),
);

/** Options of every command (fact sheet A1). */
export const ESPEFUSE_OPTIONS: readonly OptionSpec[] = [
  {
    name: "chip",
    short: "c",
    value: { label: "CHIP", kind: "chip", choices: ["auto", ...EFUSE_CHIPS] },
    summary: "The chip; anything else that answers is refused. With --virt, auto is an ESP32",
    default: "auto",
    env: "ESPTOOL_CHIP",
  },
  ...SHARED,
  { name: "trace", short: "t", summary: "Show all traffic with the chip; the keys that are burned are in it" },
  {
    name: "before",
    value: { label: "MODE", kind: "choice", choices: BEFORE_MODES },
    summary: "What to do to reach the bootloader",
    default: "default-reset",
  },
  {
    name: "after",
    short: "a",
    value: { label: "MODE", kind: "choice", choices: ["no-reset", "hard-reset", "soft-reset", "watchdog-reset"] },
    summary: "How to leave the chip",
    default: "no-reset",
  },
  {
    name: "debug",
    short: "d",
    summary:
      "Show the registers of every block and the values that are burned, keys too, and with an error where in the " +
      "program it came from",
  },
  { name: "virt", summary: "No chip: the eFuses of a virtual one, blank or from --path-efuse-file" },
  {
    name: "path-efuse-file",
    value: { label: "FILE", kind: "file", use: "keep" },
    summary: "With --virt, where the eFuses are kept between runs; made when it is not there",
  },
  { name: "do-not-confirm", scope: "burn", summary: "Burn without asking" },
  { name: "dry-run", scope: "burn", summary: "Show what would be burned, and stop there" },
  {
    name: "postpone",
    scope: "burn",
    summary: "Burn what locks the chip last, in a step of its own; this is the default",
  },
  { name: "no-postpone", scope: "burn", summary: "Burn BLOCK0 in one step" },
  {
    name: "extend-efuse-table",
    value: { label: "FILE", kind: "file" },
    summary: "Fields of your own, from an eFuse table of ESP-IDF (CSV)",
  },
];

/** The chips whose flash voltage is an eFuse (A1). */
export const HAVE_FLASH_VOLTAGE: readonly string[] = ["esp32", "esp32s2", "esp32s3"];
