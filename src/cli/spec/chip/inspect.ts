import { PARTITION_TABLE_ADDRESS } from "../flash/partition-options.ts";
import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "inspect",
  description:
    "Shows one page about a board: chip, flash and security, and what is in each partition of its table: applications with their versions, " +
    "NVS, file systems and how full they are, and which slot boots. Reads no more than says so, and writes nothing.",
  arguments: [
    {
      name: "IMAGE",
      kind: "file",
      summary: "A backup of the whole flash, in place of the chip",
      default: "@chip",
    },
  ],
  options: [PARTITION_TABLE_ADDRESS],
  examples: [
    { command: "esptool inspect", what: "the board on the port" },
    { command: "esptool inspect backup.bin", what: "a backup of one" },
  ],
  device: { inSecureDownload: false },
};
