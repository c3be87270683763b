import { COMMANDS, FAMILIES } from "../spec/command-table.ts";
import { GLOBAL_OPTIONS } from "../spec/global-options.ts";
import { COMMAND_MODULES } from "./load-command.ts";
import type { Program } from "./program.ts";
import { runSingleCommand, specLoader } from "./single-command.ts";

export const ESPTOOL: Program = {
  name: "esptool",
  usage: "Usage: esptool [options] COMMAND [arguments]",
  purpose: "Flash, read, erase and inspect Espressif chips, real and virtual.",
  examples: [
    "esptool ports",
    "esptool write-flash 0x10000 app.bin",
    "esptool --port /dev/ttyUSB0 --baud 921600 read-flash 0 all backup.bin",
    "esptool --port virtual:esp32c3 flash-id",
  ],
  commands: COMMANDS,
  families: FAMILIES,
  options: GLOBAL_OPTIONS,
  readsArgumentFiles: true,
  takingPartitions: ["write-flash", "read-flash", "verify-flash", "erase-region", "fs"],
  readsConfig: "yes",
  takesSeveralCommands: false,
  // In place of a missing command help is an error (fact sheet 1.1).
  exitCodeWithoutCommand: 2,
  loadSpec: specLoader(COMMAND_MODULES),
  run: runSingleCommand(COMMAND_MODULES),
};
