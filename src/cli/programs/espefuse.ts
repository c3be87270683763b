import { ESPEFUSE_COMMANDS } from "../spec/efuse/command-table.ts";
import { ESPEFUSE_OPTIONS } from "../spec/efuse/global-options.ts";
import type { CommandSpec } from "../spec/types.ts";
import type { Program } from "./program.ts";

const SPECS: Readonly<Record<string, () => Promise<{ readonly SPEC: CommandSpec }>>> = {
  summary: () => import("../spec/efuse/read/summary.ts"),
  dump: () => import("../spec/efuse/read/dump.ts"),
  "get-custom-mac": () => import("../spec/efuse/read/get-custom-mac.ts"),
  "adc-info": () => import("../spec/efuse/read/adc-info.ts"),
  "check-error": () => import("../spec/efuse/read/check-error.ts"),
  "burn-efuse": () => import("../spec/efuse/burn/burn-efuse.ts"),
  "burn-key": () => import("../spec/efuse/burn/burn-key.ts"),
  "burn-key-digest": () => import("../spec/efuse/burn/burn-key-digest.ts"),
  "burn-block-data": () => import("../spec/efuse/burn/burn-block-data.ts"),
  "burn-bit": () => import("../spec/efuse/burn/burn-bit.ts"),
  "burn-custom-mac": () => import("../spec/efuse/burn/burn-custom-mac.ts"),
  "set-flash-voltage": () => import("../spec/efuse/burn/set-flash-voltage.ts"),
  "read-protect-efuse": () => import("../spec/efuse/burn/read-protect-efuse.ts"),
  "write-protect-efuse": () => import("../spec/efuse/burn/write-protect-efuse.ts"),
  "execute-scripts": () => import("../spec/efuse/read/execute-scripts.ts"),
};

export const ESPEFUSE: Program = {
  name: "espefuse",
  // Scripts look for this line (fact sheet A1).
  usage: "Usage: espefuse [OPTIONS] COMMAND1 [ARGS]... [COMMAND2 [ARGS]...]...",
  purpose:
    "Reads and burns the eFuses of Espressif chips, real and virtual: memory that can be written once. What is burned " +
    "stays burned.",
  examples: [
    "espefuse --port /dev/ttyUSB0 summary",
    "espefuse --chip esp32c3 --virt --path-efuse-file efuses.bin burn-efuse DIS_TWAI 1 summary",
    "espefuse --port virtual:esp32c6 --dry-run burn-key BLOCK_KEY0 key.bin XTS_AES_128_KEY",
  ],
  commands: ESPEFUSE_COMMANDS,
  options: ESPEFUSE_OPTIONS,
  exclusive: [["postpone", "no-postpone"]],
  scopes: ["chip-name", "port", "chip", "memory"],
  readsArgumentFiles: true,
  readsConfig: "quietly",
  takesSeveralCommands: true,
  exitCodeWithoutCommand: 0,
  loadSpec: async (name) => (Object.hasOwn(SPECS, name) ? ((await SPECS[name]?.())?.SPEC ?? null) : null),
  adaptHelp: {
    program: async (chip) => (await import("./espefuse-help.ts")).programOn(ESPEFUSE, chip),
    command: async (spec, chip) => (await import("./espefuse-help.ts")).commandOn(spec, chip),
  },
  offerWords: async (place) => (await import("./efuse-words.ts")).offerEfuseWords(place),
  run: async (commands) => (await import("../run/efuse/run-commands.ts")).runCommands(commands),
};
