import { FORCE, NO_PROGRESS, SPI_CONNECTION } from "../flash/flash-options.ts";
import type { CommandSpec } from "../types.ts";
import { WATCH_OPTIONS } from "../watch/watch-options.ts";

export const SPEC: CommandSpec = {
  name: "flash",
  description:
    "Writes what a build system built: a project's folder, the folder of a build, or one file. Says beforehand what goes where, " +
    "what stays as it is and what will be lost, and writes only what is not in flash already.",
  arguments: [
    {
      name: "PATH",
      kind: "file",
      use: "tree",
      summary: "A folder, a ZIP archive, a list of files, a manifest or an image",
      default: ".",
    },
  ],
  options: [
    {
      name: "only",
      value: { label: "NAMES", kind: "text", repeatable: true },
      summary: "Write only these: app, bootloader, partition-table, or names of partitions, with commas between them",
    },
    {
      name: "dry-run",
      summary:
        "Say what would be done, and do nothing; with --port the board is asked, and the exit code is 10 where something would change",
    },
    {
      name: "erase",
      value: { label: "NAMES", kind: "text", repeatable: true },
      summary: "Erase these partitions before, as in --erase nvs,storage",
    },
    {
      name: "overwrite-all",
      summary: "Of an image for the whole flash also write what replaces settings: NVS, calibration, core dump",
    },
    NO_PROGRESS,
    SPI_CONNECTION,
    {
      name: "partition-table-address",
      value: { label: "ADDRESS", kind: "integer" },
      summary: "Where the partition table of the chip stands (default: where the build has it, else 0x8000)",
    },
    { ...FORCE, summary: "Skip the checks of chip, revision and security features" },
    ...WATCH_OPTIONS,
  ],
  examples: [
    { command: "esptool flash", what: "what was built in this folder" },
    { command: "esptool flash --monitor", what: "and look at it start, with crashes explained" },
    { command: "esptool flash --only app", what: "after a change of the program" },
    { command: "esptool flash build/esp32.esp32.esp32 --dry-run", what: "say what would be written" },
    { command: "esptool flash firmware.zip", what: "a build or a release in an archive" },
    { command: "esptool flash firmware.factory.bin", what: "a release in one file; settings are kept" },
  ],
  device: { inSecureDownload: true },
};
