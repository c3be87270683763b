import { PARTITION_TABLE, PARTITION_TABLE_ADDRESS } from "../flash/partition-options.ts";
import type { CommandSpec, OptionSpec } from "../types.ts";
import { KIND, LONG_NAMES, SOURCE, WRITE_FORCE } from "./fs-options.ts";

const count = (name: string, label: string, summary: string): OptionSpec => ({
  name,
  value: { label, kind: "count" },
  summary,
});
const size = (name: string, summary: string): OptionSpec => ({ name, value: { label: "SIZE", kind: "size" }, summary });

export const SPEC: CommandSpec = {
  name: "fs make",
  description:
    "Makes a file system of the files in a folder: an image of a partition, or the partition of a chip itself. " +
    "Its settings have to be those that the firmware was built with; left out, they are those of ESP-IDF.",
  arguments: [
    SOURCE,
    {
      name: "OUTPUT",
      kind: "file",
      use: "write",
      orPartition: true,
      summary: "The file to write, an image; @NAME: the partition of that name on the chip",
    },
  ],
  options: [
    {
      name: "add",
      value: { label: "SOURCE", kind: "file", use: "tree", repeatable: true, following: "files" },
      summary: "Further folders and files whose contents go into it, too",
    },
    { ...KIND, summary: "The file system that the firmware mounts" },
    size("size", "Size of the image, as the partition table has it; of a partition on the chip it is known"),
    size("block-size", "LittleFS and SPIFFS: size of a block; default: 4096"),
    size("page-size", "SPIFFS: size of a page; default: 256"),
    count(
      "name-length",
      "BYTES",
      "LittleFS and SPIFFS: the longest name; default: 64, and for SPIFFS 32 with slash and NUL",
    ),
    count(
      "inline-size",
      "BYTES",
      "LittleFS: the largest file that has no block of its own; default: 512, or an eighth of a block",
    ),
    {
      name: "disk-version",
      value: { label: "VERSION", kind: "choice", choices: ["2.0", "2.1"] },
      summary: "LittleFS: version of the format; default: 2.1",
    },
    count("meta-length", "BYTES", "SPIFFS: what is kept for each file besides; default: 4"),
    size("sector-size", "FAT: 512, 1024, 2048 or 4096; default: 4096"),
    size("cluster-size", "FAT: size of a cluster; default: a sector"),
    count("fat-count", "COUNT", "FAT: copies of the table, 1 or 2; default: 2"),
    count("root-entries", "COUNT", "FAT: entries of the root directory; default: 512"),
    LONG_NAMES,
    { name: "raw", summary: "FAT: without ESP-IDF's wear levelling" },
    { name: "safe-mode", summary: "FAT: for wear levelling in its safe mode, with sectors of 512 bytes" },
    PARTITION_TABLE,
    PARTITION_TABLE_ADDRESS,
    WRITE_FORCE,
  ],
  examples: [
    { command: "esptool fs make data storage.bin --kind littlefs --size 1M", what: "an image" },
    {
      command: "esptool fs make data storage.bin --add certificates config.json --kind littlefs --size 1M",
      what: "of two folders and a file",
    },
    { command: "esptool fs make data @storage --kind littlefs", what: "on the chip; what was there is replaced" },
    { command: "esptool fs make data fat.bin --kind fat --long-names --size 528k", what: "with long names" },
  ],
  device: { inSecureDownload: false },
};
