import { CHIP_NAMES } from "./chip-names.ts";
import type { OptionSpec } from "./types.ts";

export const BEFORE_MODES: readonly string[] = ["default-reset", "usb-reset", "no-reset", "no-reset-no-sync"];
export const AFTER_MODES: readonly string[] = [
  "hard-reset",
  "soft-reset",
  "no-reset",
  "no-reset-stub",
  "watchdog-reset",
];

/** Options of every command (fact sheet 1.2). They stand before the command; after it they are taken as well. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  {
    name: "chip",
    short: "c",
    scope: "chip-name",
    value: { label: "CHIP", kind: "chip", choices: ["auto", ...CHIP_NAMES] },
    summary: "The chip; anything else that answers is refused",
    default: "auto",
    env: "ESPTOOL_CHIP",
  },
  {
    name: "port",
    short: "p",
    scope: "port",
    value: { label: "PORT", kind: "text" },
    summary:
      "Serial port, rfc2217://HOST:PORT, socket://HOST:PORT or virtual:CHIP; left out: the one port that stands out",
    env: "ESPTOOL_PORT",
  },
  {
    name: "baud",
    short: "b",
    scope: "chip",
    value: { label: "RATE", kind: "baud" },
    summary:
      "Baud rate of the transfer; connecting is done at 115200 or below. Left out: what the line is seen to carry, up to " +
      "921600 for the stub flasher and what follows, the highest rate for much data; else 115200",
    env: "ESPTOOL_BAUD",
  },
  {
    name: "port-filter",
    scope: "port",
    value: { label: "KEY=VALUE", kind: "port-filter", repeatable: true, following: "filters" },
    summary:
      "Without --port, choose among the ports with this vid, pid, name or serial (number) only; several of one key: any " +
      "of them, of different keys: all",
  },
  {
    name: "before",
    scope: "chip",
    value: { label: "MODE", kind: "choice", choices: BEFORE_MODES },
    summary: "What to do to reach the bootloader",
    default: "default-reset",
    env: "ESPTOOL_BEFORE",
  },
  {
    name: "after",
    short: "a",
    scope: "chip",
    value: { label: "MODE", kind: "choice", choices: AFTER_MODES },
    summary: "How to leave the chip",
    default: "hard-reset",
    env: "ESPTOOL_AFTER",
  },
  {
    name: "no-stub",
    scope: "chip",
    summary: "Talk to the chip's ROM loader only; slower, and some commands are not possible",
  },
  {
    name: "stub-version",
    scope: "chip",
    value: { label: "VERSION", kind: "choice", choices: ["1", "2"] },
    summary: "Generation of the flasher stub; there is only the current one, 2",
    env: "ESPTOOL_STUB_VERSION",
    hidden: true,
  },
  {
    name: "override-vddsdio",
    scope: "chip",
    value: { label: "VOLTAGE", kind: "choice", choices: ["1.8V", "1.9V", "OFF"] },
    summary: "ESP32: set the regulator that supplies the flash; a wrong voltage can damage it",
  },
  {
    name: "connect-attempts",
    scope: "chip",
    value: { label: "COUNT", kind: "count" },
    summary: "Rounds of reset and synchronisation; 0: until it works",
    default: "7",
    env: "ESPTOOL_CONNECT_ATTEMPTS",
  },
  {
    name: "wait",
    scope: "chip",
    value: { label: "SECONDS", kind: "count", whenLeftOut: "0" },
    summary: "Wait for the port to appear and the chip to answer: so long, or until Ctrl-C",
    env: "ESPTOOL_WAIT",
  },
  {
    name: "no-memory",
    scope: "memory",
    summary: "Neither use nor keep what was learnt of boards and adapters in earlier runs",
    env: "ESPTOOL_NO_MEMORY",
  },
  { name: "trace", short: "t", scope: "chip", summary: "Show all traffic with the chip" },
  { name: "verbose", short: "v", scope: "chip", summary: "Keep every line on the screen" },
  { name: "silent", short: "s", summary: "Show errors only" },
  { name: "json", summary: "One JSON object per line on stdout: events, then the result or the error" },
  { name: "debug", summary: "With an error, show where in the program it came from" },
];
