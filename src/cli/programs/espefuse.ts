import type { Program } from "../program.ts";
import { ESPEFUSE_COMMANDS } from "../spec/espefuse/command-table.ts";
import { ESPEFUSE_OPTIONS } from "../spec/espefuse/global-options.ts";
import type { CommandSpec } from "../spec/types.ts";

const SPECS: Readonly<Record<string, () => Promise<{ readonly SPEC: CommandSpec }>>> = {
  summary: () => import("../spec/espefuse/summary.ts"),
  dump: () => import("../spec/espefuse/dump.ts"),
  "get-custom-mac": () => import("../spec/espefuse/get-custom-mac.ts"),
  "adc-info": () => import("../spec/espefuse/adc-info.ts"),
  "check-error": () => import("../spec/espefuse/check-error.ts"),
  "burn-efuse": () => import("../spec/espefuse/burn-efuse.ts"),
  "burn-key": () => import("../spec/espefuse/burn-key.ts"),
  "burn-key-digest": () => import("../spec/espefuse/burn-key-digest.ts"),
  "burn-block-data": () => import("../spec/espefuse/burn-block-data.ts"),
  "burn-bit": () => import("../spec/espefuse/burn-bit.ts"),
  "burn-custom-mac": () => import("../spec/espefuse/burn-custom-mac.ts"),
  "set-flash-voltage": () => import("../spec/espefuse/set-flash-voltage.ts"),
  "read-protect-efuse": () => import("../spec/espefuse/read-protect-efuse.ts"),
  "write-protect-efuse": () => import("../spec/espefuse/write-protect-efuse.ts"),
  "execute-scripts": () => import("../spec/espefuse/execute-scripts.ts"),
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
  readsArgumentFiles: true,
  readsConfig: "quietly",
  takesSeveralCommands: true,
  exitCodeWithoutCommand: 0,
  loadSpec: async (name) => (Object.hasOwn(SPECS, name) ? ((await SPECS[name]?.())?.SPEC ?? null) : null),
  adaptHelp: {
    program: async (chip) => (await import("./espefuse-help.ts")).programOn(ESPEFUSE, chip),
    command: async (spec, chip) => (await import("./espefuse-help.ts")).commandOn(spec, chip),
  },
  offerWords: async (place) => (await import("../completion/efuse-words.ts")).offerEfuseWords(place),
  run: async (commands) => (await import("../run/espefuse/run-commands.ts")).runCommands(commands),
};
