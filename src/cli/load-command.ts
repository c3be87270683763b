import type { RunCommand } from "./run/context.ts";
import type { CommandSpec } from "./spec/types.ts";

export interface CommandModules {
  readonly spec: () => Promise<{ readonly SPEC: CommandSpec }>;
  readonly run: () => Promise<{ readonly run: RunCommand }>;
}

/** Where each command lives; nothing of a command is loaded before it is needed. */
export const COMMAND_MODULES: Readonly<Record<string, CommandModules>> = {
  "write-flash": { spec: () => import("./spec/write-flash.ts"), run: () => import("./run/write-flash.ts") },
  "read-flash": { spec: () => import("./spec/read-flash.ts"), run: () => import("./run/read-flash.ts") },
  "verify-flash": { spec: () => import("./spec/verify-flash.ts"), run: () => import("./run/verify-flash.ts") },
  "erase-flash": { spec: () => import("./spec/erase-flash.ts"), run: () => import("./run/erase-flash.ts") },
  "erase-region": { spec: () => import("./spec/erase-region.ts"), run: () => import("./run/erase-region.ts") },
  "flash-id": { spec: () => import("./spec/flash-id.ts"), run: () => import("./run/flash-id.ts") },
  "read-nand-spare": {
    spec: () => import("./spec/read-nand-spare.ts"),
    run: () => import("./run/read-nand-spare.ts"),
  },
  "write-nand-spare": {
    spec: () => import("./spec/write-nand-spare.ts"),
    run: () => import("./run/write-nand-spare.ts"),
  },
  "dump-bbm": { spec: () => import("./spec/dump-bbm.ts"), run: () => import("./run/dump-bbm.ts") },
  "read-mac": { spec: () => import("./spec/read-mac.ts"), run: () => import("./run/read-mac.ts") },
  "chip-id": { spec: () => import("./spec/chip-id.ts"), run: () => import("./run/chip-id.ts") },
  monitor: { spec: () => import("./spec/monitor.ts"), run: () => import("./run/monitor.ts") },
  "read-flash-status": {
    spec: () => import("./spec/read-flash-status.ts"),
    run: () => import("./run/read-flash-status.ts"),
  },
  "write-flash-status": {
    spec: () => import("./spec/write-flash-status.ts"),
    run: () => import("./run/write-flash-status.ts"),
  },
  "read-flash-sfdp": { spec: () => import("./spec/read-flash-sfdp.ts"), run: () => import("./run/read-flash-sfdp.ts") },
  "get-security-info": {
    spec: () => import("./spec/get-security-info.ts"),
    run: () => import("./run/get-security-info.ts"),
  },
  run: { spec: () => import("./spec/run.ts"), run: () => import("./run/run.ts") },
  "load-ram": { spec: () => import("./spec/load-ram.ts"), run: () => import("./run/load-ram.ts") },
  "read-mem": { spec: () => import("./spec/read-mem.ts"), run: () => import("./run/read-mem.ts") },
  "write-mem": { spec: () => import("./spec/write-mem.ts"), run: () => import("./run/write-mem.ts") },
  "dump-mem": { spec: () => import("./spec/dump-mem.ts"), run: () => import("./run/dump-mem.ts") },
  elf2image: { spec: () => import("./spec/elf2image.ts"), run: () => import("./run/elf2image.ts") },
  "image-info": { spec: () => import("./spec/image-info.ts"), run: () => import("./run/image-info.ts") },
  "merge-bin": { spec: () => import("./spec/merge-bin.ts"), run: () => import("./run/merge-bin.ts") },
  "make-image": { spec: () => import("./spec/make-image.ts"), run: () => import("./run/make-image.ts") },
  ports: { spec: () => import("./spec/ports.ts"), run: () => import("./run/ports.ts") },
  "virtual-chip": { spec: () => import("./spec/virtual-chip.ts"), run: () => import("./run/virtual-chip.ts") },
  completion: { spec: () => import("./spec/completion.ts"), run: () => import("./run/completion.ts") },
  version: { spec: () => import("./spec/version.ts"), run: () => import("./run/version.ts") },
};
