import { ELF } from "../elf-option.ts";
import type { OptionSpec } from "../types.ts";

/** Of commands that do nothing but watch. */
export const MONITOR_BAUD: OptionSpec = {
  name: "baud",
  short: "b",
  value: { label: "RATE", kind: "baud" },
  summary: "Baud rate of the device's output, such as 74880",
  default: "115200",
  env: "MONITORBAUD",
};

export const HEX: OptionSpec = { name: "hex", summary: "Show bytes, as a hex dump" };

/** Of all that watch a device, whatever they do before. */
export const MONITOR_OPTIONS: readonly OptionSpec[] = [
  { name: "timestamps", summary: "Put date and time before each line" },
  {
    name: "timestamps-as",
    value: { label: "KIND", kind: "choice", choices: ["date", "start", "difference"] },
    summary: "What --timestamps puts there: date and time, seconds since the start, or since the line before",
    default: "date",
  },
  {
    name: "print-filter",
    value: { label: "FILTER", kind: "text" },
    summary: "Show only log lines of these tags and levels, such as 'wifi:W *:I', as idf.py monitor takes it",
    env: "ESP_IDF_MONITOR_PRINT_FILTER",
  },
  { ...ELF, short: "e" },
  {
    name: "decode",
    value: { label: "MODE", kind: "choice", choices: ["on", "off"] },
    summary: "Explain crashes and what keeps the chip from starting",
    default: "on",
  },
  {
    name: "binary-log",
    summary:
      "Make text of ESP-IDF's binary log, with the texts in the files of --elf; bootloader.elf for that of the bootloader",
  },
  {
    name: "until",
    value: { label: "REGEX", kind: "text" },
    summary: "End, as a success, when a line matches",
  },
  {
    name: "expect",
    value: { label: "REGEX", kind: "text", repeatable: true },
    summary:
      "A line has to match, else it ends as a failure; may be repeated. Ends when all were seen, unless there is --until",
  },
  {
    name: "fail-on",
    value: { label: "REGEX", kind: "text", repeatable: true },
    summary: "End, as a failure, when a line matches; may be repeated",
  },
  {
    name: "timeout",
    value: { label: "SECONDS", kind: "count" },
    summary: "End after so long: a failure where --until or --expect wait for something",
  },
  {
    name: "log",
    value: { label: "FILE", kind: "file", use: "keep" },
    summary: "Also add everything shown to the end of this file",
  },
  {
    name: "log-as",
    value: { label: "KIND", kind: "choice", choices: ["shown", "device"] },
    summary: "What --log keeps: all that is shown, explanations too, or what the device printed alone",
    default: "shown",
  },
];
