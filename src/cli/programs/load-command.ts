import type { RunCommand } from "../context.ts";
import type { CommandSpec } from "../spec/types.ts";

export interface CommandModules {
  readonly spec: () => Promise<{ readonly SPEC: CommandSpec }>;
  readonly run: () => Promise<{ readonly run: RunCommand }>;
}

/** Where each command lives; nothing of a command is loaded before it is needed. */
export const COMMAND_MODULES: Readonly<Record<string, CommandModules>> = {
  flash: { spec: () => import("../spec/bundle/flash.ts"), run: () => import("../run/bundle/flash.ts") },
  "write-flash": {
    spec: () => import("../spec/flash/write-flash.ts"),
    run: () => import("../run/flash/write-flash.ts"),
  },
  "read-flash": { spec: () => import("../spec/flash/read-flash.ts"), run: () => import("../run/flash/read-flash.ts") },
  "verify-flash": {
    spec: () => import("../spec/flash/verify-flash.ts"),
    run: () => import("../run/flash/verify-flash.ts"),
  },
  "erase-flash": {
    spec: () => import("../spec/flash/erase-flash.ts"),
    run: () => import("../run/flash/erase-flash.ts"),
  },
  "erase-region": {
    spec: () => import("../spec/flash/erase-region.ts"),
    run: () => import("../run/flash/erase-region.ts"),
  },
  "flash-id": { spec: () => import("../spec/flash/flash-id.ts"), run: () => import("../run/flash/flash-id.ts") },
  "read-nand-spare": {
    spec: () => import("../spec/flash/read-nand-spare.ts"),
    run: () => import("../run/flash/read-nand-spare.ts"),
  },
  "write-nand-spare": {
    spec: () => import("../spec/flash/write-nand-spare.ts"),
    run: () => import("../run/flash/write-nand-spare.ts"),
  },
  "dump-bbm": { spec: () => import("../spec/flash/dump-bbm.ts"), run: () => import("../run/flash/dump-bbm.ts") },
  "read-mac": { spec: () => import("../spec/chip/read-mac.ts"), run: () => import("../run/chip/read-mac.ts") },
  inspect: { spec: () => import("../spec/chip/inspect.ts"), run: () => import("../run/inspect/inspect.ts") },
  "chip-id": { spec: () => import("../spec/chip/chip-id.ts"), run: () => import("../run/chip/chip-id.ts") },
  web: { spec: () => import("../spec/web.ts"), run: () => import("../run/web.ts") },
  "run-and-monitor": {
    spec: () => import("../spec/watch/run-and-monitor.ts"),
    run: () => import("../run/watch/run-and-monitor.ts"),
  },
  monitor: { spec: () => import("../spec/watch/monitor.ts"), run: () => import("../run/monitor.ts") },
  "read-flash-status": {
    spec: () => import("../spec/flash/read-flash-status.ts"),
    run: () => import("../run/flash/read-flash-status.ts"),
  },
  "write-flash-status": {
    spec: () => import("../spec/flash/write-flash-status.ts"),
    run: () => import("../run/flash/write-flash-status.ts"),
  },
  "read-flash-sfdp": {
    spec: () => import("../spec/flash/read-flash-sfdp.ts"),
    run: () => import("../run/flash/read-flash-sfdp.ts"),
  },
  "get-security-info": {
    spec: () => import("../spec/chip/get-security-info.ts"),
    run: () => import("../run/chip/get-security-info.ts"),
  },
  run: { spec: () => import("../spec/chip/run.ts"), run: () => import("../run/chip/run.ts") },
  "load-ram": { spec: () => import("../spec/memory/load-ram.ts"), run: () => import("../run/memory/load-ram.ts") },
  "read-mem": { spec: () => import("../spec/memory/read-mem.ts"), run: () => import("../run/memory/read-mem.ts") },
  "write-mem": { spec: () => import("../spec/memory/write-mem.ts"), run: () => import("../run/memory/write-mem.ts") },
  "dump-mem": { spec: () => import("../spec/memory/dump-mem.ts"), run: () => import("../run/memory/dump-mem.ts") },
  "partition-table show": {
    spec: () => import("../spec/partition/show.ts"),
    run: () => import("../run/partition/show.ts"),
  },
  "partition-table make": {
    spec: () => import("../spec/partition/make.ts"),
    run: () => import("../run/partition/make.ts"),
  },
  "partition-table check": {
    spec: () => import("../spec/partition/check.ts"),
    run: () => import("../run/partition/check.ts"),
  },
  backup: { spec: () => import("../spec/partition/backup.ts"), run: () => import("../run/partition/backup.ts") },
  restore: { spec: () => import("../spec/partition/restore.ts"), run: () => import("../run/partition/restore.ts") },
  "partition-table from-chip": {
    spec: () => import("../spec/partition/from-chip.ts"),
    run: () => import("../run/partition/from-chip.ts"),
  },
  "ota show": { spec: () => import("../spec/ota/show.ts"), run: () => import("../run/ota/show.ts") },
  "ota set": { spec: () => import("../spec/ota/set.ts"), run: () => import("../run/ota/set.ts") },
  "ota write": { spec: () => import("../spec/ota/write.ts"), run: () => import("../run/ota/write.ts") },
  "ota erase": { spec: () => import("../spec/ota/erase.ts"), run: () => import("../run/ota/erase.ts") },
  decode: { spec: () => import("../spec/crash/decode.ts"), run: () => import("../run/crash/decode.ts") },
  "core-dump": { spec: () => import("../spec/crash/core-dump.ts"), run: () => import("../run/crash/core-dump.ts") },
  addr2line: { spec: () => import("../spec/crash/addr2line.ts"), run: () => import("../run/crash/addr2line.ts") },
  elf2image: { spec: () => import("../spec/image/elf2image.ts"), run: () => import("../run/image/elf2image.ts") },
  "image-info": { spec: () => import("../spec/image/image-info.ts"), run: () => import("../run/image/image-info.ts") },
  "merge-bin": { spec: () => import("../spec/image/merge-bin.ts"), run: () => import("../run/image/merge-bin.ts") },
  "make-image": { spec: () => import("../spec/image/make-image.ts"), run: () => import("../run/image/make-image.ts") },
  "fs ls": { spec: () => import("../spec/fs/fs-ls.ts"), run: () => import("../run/fs/fs-ls.ts") },
  "fs get": { spec: () => import("../spec/fs/fs-get.ts"), run: () => import("../run/fs/fs-get.ts") },
  "fs info": { spec: () => import("../spec/fs/fs-info.ts"), run: () => import("../run/fs/fs-info.ts") },
  "fs put": { spec: () => import("../spec/fs/fs-put.ts"), run: () => import("../run/fs/fs-put.ts") },
  "fs rm": { spec: () => import("../spec/fs/fs-rm.ts"), run: () => import("../run/fs/fs-rm.ts") },
  "fs make": { spec: () => import("../spec/fs/fs-make.ts"), run: () => import("../run/fs/fs-make.ts") },
  "improv state": {
    spec: () => import("../spec/improv/improv-state.ts"),
    run: () => import("../run/improv/improv-state.ts"),
  },
  "improv info": {
    spec: () => import("../spec/improv/improv-info.ts"),
    run: () => import("../run/improv/improv-info.ts"),
  },
  "improv scan": {
    spec: () => import("../spec/improv/improv-scan.ts"),
    run: () => import("../run/improv/improv-scan.ts"),
  },
  "improv wifi": {
    spec: () => import("../spec/improv/improv-wifi.ts"),
    run: () => import("../run/improv/improv-wifi.ts"),
  },
  "nvs make": { spec: () => import("../spec/nvs/nvs-make.ts"), run: () => import("../run/nvs/nvs-make.ts") },
  "nvs encrypt": { spec: () => import("../spec/nvs/nvs-encrypt.ts"), run: () => import("../run/nvs/nvs-encrypt.ts") },
  "nvs decrypt": { spec: () => import("../spec/nvs/nvs-decrypt.ts"), run: () => import("../run/nvs/nvs-decrypt.ts") },
  "nvs make-keys": {
    spec: () => import("../spec/nvs/nvs-make-keys.ts"),
    run: () => import("../run/nvs/nvs-make-keys.ts"),
  },
  "nvs get": { spec: () => import("../spec/nvs/nvs-get.ts"), run: () => import("../run/nvs/nvs-get.ts") },
  "nvs set": { spec: () => import("../spec/nvs/nvs-set.ts"), run: () => import("../run/nvs/nvs-set.ts") },
  "nvs erase": { spec: () => import("../spec/nvs/nvs-erase.ts"), run: () => import("../run/nvs/nvs-erase.ts") },
  "nvs export": { spec: () => import("../spec/nvs/nvs-export.ts"), run: () => import("../run/nvs/nvs-export.ts") },
  "nvs import": { spec: () => import("../spec/nvs/nvs-import.ts"), run: () => import("../run/nvs/nvs-import.ts") },
  // As the original generator calls them.
  "nvs generate": { spec: () => import("../spec/nvs/nvs-generate.ts"), run: () => import("../run/nvs/nvs-make.ts") },
  "nvs generate-key": {
    spec: () => import("../spec/nvs/nvs-generate-key.ts"),
    run: () => import("../run/nvs/nvs-make-keys.ts"),
  },
  doctor: { spec: () => import("../spec/doctor.ts"), run: () => import("../run/computer/doctor.ts") },
  ports: { spec: () => import("../spec/ports.ts"), run: () => import("../run/computer/ports.ts") },
  "virtual-chip": { spec: () => import("../spec/virtual-chip.ts"), run: () => import("../run/virtual-chip.ts") },
  completion: {
    spec: () => import("../spec/completion/completion.ts"),
    run: () => import("../run/completion/completion.ts"),
  },
  "completion install": {
    spec: () => import("../spec/completion/completion-install.ts"),
    run: () => import("../run/completion/completion-install.ts"),
  },
  "completion uninstall": {
    spec: () => import("../spec/completion/completion-uninstall.ts"),
    run: () => import("../run/completion/completion-uninstall.ts"),
  },
  version: { spec: () => import("../spec/version.ts"), run: () => import("../run/version.ts") },
};
