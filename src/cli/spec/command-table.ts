import type { CommandSummary } from "./types.ts";

/** Every command with its one line of help, in the order of `esptool --help`. */
export const COMMANDS: readonly CommandSummary[] = [
  { name: "write-flash", group: "Flash", summary: "Write files to flash and verify them" },
  { name: "read-flash", group: "Flash", summary: "Read flash into a file" },
  { name: "verify-flash", group: "Flash", summary: "Compare files with what is in flash" },
  { name: "erase-flash", group: "Flash", summary: "Erase the whole flash" },
  { name: "erase-region", group: "Flash", summary: "Erase a part of the flash" },
  { name: "flash-id", group: "Flash", summary: "Show maker, type and size of the flash" },
  { name: "read-mac", group: "Chip", summary: "Show the MAC address" },
  { name: "chip-id", group: "Chip", summary: "Show the chip id" },
  { name: "ports", group: "This computer", summary: "List the serial ports and which of them are usable" },
  { name: "virtual-chip", group: "This computer", summary: "Run a virtual chip that programs reach over TCP" },
  { name: "version", group: "This computer", summary: "Show the version" },
];
