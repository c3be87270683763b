import { SPI_CONNECTION } from "../flash/flash-options.ts";
import { PARTITION_TABLE_ADDRESS } from "../flash/partition-options.ts";
import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "backup",
  description:
    "Keeps all that is in flash in a folder: a compressed file a partition, bootloader, table and whatever lies between, none for " +
    "what is blank, and backup.json, which tells of all. Nobody else may read these files: settings and keys are in them. A " +
    "backup that was broken off goes on where it was.",
  arguments: [{ name: "FOLDER", kind: "text", summary: "Where to; it is made where it is not there" }],
  options: [
    { name: "update", summary: "Bring a complete backup of the same board up to date: only what differs is read" },
    { name: "dry-run", summary: "Say what would be read and kept, and write nothing" },
    PARTITION_TABLE_ADDRESS,
    SPI_CONNECTION,
  ],
  examples: [
    { command: "esptool backup my-board", what: "all of the flash" },
    { command: "esptool backup my-board --update", what: "again, later" },
    { command: "esptool backup my-board --update --dry-run", what: "what has changed since" },
  ],
  device: { inSecureDownload: false },
};
