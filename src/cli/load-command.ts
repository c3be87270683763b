import type { RunCommand } from "./run/context.ts";
import type { CommandSpec } from "./spec/types.ts";

interface CommandModules {
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
  "read-mac": { spec: () => import("./spec/read-mac.ts"), run: () => import("./run/read-mac.ts") },
  "chip-id": { spec: () => import("./spec/chip-id.ts"), run: () => import("./run/chip-id.ts") },
  ports: { spec: () => import("./spec/ports.ts"), run: () => import("./run/ports.ts") },
  "virtual-chip": { spec: () => import("./spec/virtual-chip.ts"), run: () => import("./run/virtual-chip.ts") },
  version: { spec: () => import("./spec/version.ts"), run: () => import("./run/version.ts") },
};
