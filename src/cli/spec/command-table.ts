// Room: every command as data, one file each: what parsing, help, completion and the manual are made from.
// In: nothing.
// Out: declarations.

import type { CommandSummary, FamilySummary } from "./types.ts";

/** Every command with its one line of help, in the order of `esptool --help`. */
export const COMMANDS: readonly CommandSummary[] = [
  { name: "flash", group: "Flash", summary: "Write what a build system built, by its own names and addresses" },
  { name: "write-flash", group: "Flash", summary: "Write files to flash and verify them" },
  { name: "read-flash", group: "Flash", summary: "Read flash into a file" },
  { name: "verify-flash", group: "Flash", summary: "Compare files with what is in flash" },
  { name: "erase-flash", group: "Flash", summary: "Erase the whole flash" },
  { name: "erase-region", group: "Flash", summary: "Erase a part of the flash" },
  { name: "flash-id", group: "Flash", summary: "Show maker, type and size of the flash" },
  { name: "read-flash-status", group: "Flash", summary: "Show the status register of the flash" },
  { name: "write-flash-status", group: "Flash", summary: "Change the status register of the flash" },
  { name: "read-flash-sfdp", group: "Flash", summary: "Read from the parameter table of the flash" },
  { name: "read-nand-spare", group: "Flash", summary: "Read the spare area of a page of NAND flash", hidden: true },
  { name: "write-nand-spare", group: "Flash", summary: "Mark a block of NAND flash as bad", hidden: true },
  { name: "dump-bbm", group: "Flash", summary: "Write to a file which blocks of NAND flash are bad", hidden: true },
  { name: "inspect", group: "Chip", summary: "Show one page about a board: chip, partitions, what is in them" },
  { name: "read-mac", group: "Chip", summary: "Show the MAC address" },
  { name: "chip-id", group: "Chip", summary: "Show the chip id" },
  { name: "monitor", group: "Chip", summary: "Show what the chip prints, and send it what you type" },
  { name: "get-security-info", group: "Chip", summary: "Show the security settings" },
  { name: "run", group: "Chip", summary: "Run the application in flash" },
  { name: "load-ram", group: "Memory", summary: "Load a program to RAM and run it" },
  { name: "read-mem", group: "Memory", summary: "Read a word of memory or a register" },
  { name: "write-mem", group: "Memory", summary: "Write a word to memory or a register" },
  { name: "dump-mem", group: "Memory", summary: "Read memory into a file" },
  { name: "partition-table show", group: "Partitions", summary: "Draw a partition table to scale" },
  {
    name: "partition-table make",
    group: "Partitions",
    summary: "Make a binary table of CSV, or CSV of a binary table",
  },
  { name: "partition-table check", group: "Partitions", summary: "Say what is wrong with a partition table" },
  { name: "partition-table from-chip", group: "Partitions", summary: "Read the partition table of the chip" },
  { name: "backup", group: "Partitions", summary: "Keep all that is in flash in a folder" },
  { name: "restore", group: "Partitions", summary: "Bring a backup back to a board" },
  { name: "ota show", group: "Partitions", summary: "Show which slot boots, and why" },
  { name: "ota set", group: "Partitions", summary: "Make a slot the one that boots" },
  { name: "ota write", group: "Partitions", summary: "Write an application to the other slot, and boot it" },
  { name: "ota erase", group: "Partitions", summary: "Erase the OTA data: the factory application boots" },
  { name: "decode", group: "Crashes", summary: "Explain the crashes in a log: functions, files and lines" },
  { name: "core-dump", group: "Crashes", summary: "Show what is in a core dump: tasks, stacks, registers" },
  { name: "addr2line", group: "Crashes", summary: "Tell functions, files and lines of addresses" },
  { name: "elf2image", group: "Files", summary: "Make a firmware image of an ELF file" },
  { name: "image-info", group: "Files", summary: "Show what is in a firmware image" },
  { name: "merge-bin", group: "Files", summary: "Put several files into one: raw, UF2 or Intel HEX" },
  { name: "make-image", group: "Files", summary: "Make an ESP8266 image of raw segments" },
  { name: "fs ls", group: "Partitions", summary: "List the files of a partition" },
  { name: "fs get", group: "Partitions", summary: "Write files of a partition to a folder" },
  { name: "fs info", group: "Partitions", summary: "Show which file system a partition has, and how full it is" },
  { name: "fs put", group: "Partitions", summary: "Put files into the file system of a partition" },
  { name: "fs rm", group: "Partitions", summary: "Remove files from the file system of a partition" },
  { name: "fs make", group: "Partitions", summary: "Make a file system of the files in a folder" },
  { name: "nvs get", group: "Partitions", summary: "Show what is in an NVS partition" },
  { name: "nvs set", group: "Partitions", summary: "Set a key in an NVS partition" },
  { name: "nvs erase", group: "Partitions", summary: "Erase a key or a namespace" },
  { name: "nvs export", group: "Partitions", summary: "Write the entries to JSON or CSV" },
  { name: "nvs import", group: "Partitions", summary: "Set all keys of a file" },
  { name: "nvs make", group: "Partitions", summary: "Make an NVS image of CSV, JSON or YAML" },
  { name: "nvs encrypt", group: "Partitions", summary: "Make an encrypted NVS image" },
  { name: "nvs decrypt", group: "Partitions", summary: "Decrypt an NVS image" },
  { name: "nvs make-keys", group: "Partitions", summary: "Make keys for NVS encryption" },
  { name: "nvs generate", group: "Partitions", summary: "nvs make, as the original generator calls it", hidden: true },
  {
    name: "nvs generate-key",
    group: "Files",
    summary: "nvs make-keys, as the original generator calls it",
    hidden: true,
  },
  { name: "ports", group: "This computer", summary: "List the serial ports and which of them are usable" },
  { name: "virtual-chip", group: "This computer", summary: "Run a virtual chip that programs reach over TCP" },
  { name: "web", group: "This computer", summary: "Serve a page that flashes and inspects boards in the browser" },
  { name: "completion", group: "This computer", summary: "Print a script for completion in the shell" },
  { name: "completion install", group: "This computer", summary: "Have the shell complete what is typed from now on" },
  { name: "completion uninstall", group: "This computer", summary: "Undo completion install" },
  { name: "version", group: "This computer", summary: "Show the version" },
];

/** What the first words of commands with two words are about. */
export const FAMILIES: readonly FamilySummary[] = [
  { name: "fs", group: "Partitions", summary: "Read, change and make SPIFFS, LittleFS and FAT partitions" },
  { name: "nvs", group: "Partitions", summary: "Read, change, make and encrypt NVS partitions" },
  { name: "partition-table", group: "Partitions", summary: "Show, make, check and read partition tables" },
  { name: "ota", group: "Partitions", summary: "Choose which application boots, and update it" },
];

/** Those that help, completion and the manual list. */
export const LISTED_COMMANDS: readonly CommandSummary[] = COMMANDS.filter(({ hidden }) => hidden !== true);
