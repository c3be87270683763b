import { FORCE, SPI_CONNECTION } from "../flash/flash-options.ts";
import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "restore",
  description:
    "Brings a backup back: writes what differs, and has the chip prove it. All files are proved before anything is erased. On another " +
    "board than the backup is of, settings, calibration, keys and certificates stay as they are unless you say otherwise; on a " +
    "terminal you are asked.",
  arguments: [{ name: "FOLDER", kind: "text", summary: "The folder of a backup" }],
  options: [
    {
      name: "only",
      value: { label: "NAMES", kind: "text", repeatable: true },
      summary: "Write only these: names of partitions, bootloader, partition-table, with commas between them",
    },
    {
      name: "keep",
      value: { label: "NAMES", kind: "text", repeatable: true },
      summary: "Leave these on the board as they are",
    },
    { name: "identity", summary: "Write settings, calibration, keys and certificates to another board, too" },
    { name: "dry-run", summary: "Say what would be written, and write nothing" },
    SPI_CONNECTION,
    { ...FORCE, summary: "Skip the checks of security features, and of the table on the board" },
  ],
  examples: [
    { command: "esptool restore my-board --dry-run", what: "say what differs" },
    { command: "esptool restore my-board", what: "the flash as it was" },
    { command: "esptool restore my-board --keep nvs", what: "all but the settings" },
  ],
  device: { inSecureDownload: false },
};
