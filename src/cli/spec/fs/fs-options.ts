import { PARTITION_TABLE, PARTITION_TABLE_ADDRESS } from "../flash/partition-options.ts";
import type { ArgumentSpec, OptionSpec } from "../types.ts";

export const IMAGE: ArgumentSpec = {
  name: "IMAGE",
  kind: "file",
  orPartition: true,
  summary: "An image of the partition, or with --partition a backup; @NAME: the partition of that name on the chip",
};

/** Of a chip, a file, or a partition in a file. */
export const CHANGED_IMAGE: ArgumentSpec = {
  name: "IMAGE",
  kind: "file",
  use: "keep",
  orPartition: true,
  summary: "Read and write to this file, an image of the partition; @NAME: the partition of that name on the chip",
};

export const SOURCE: ArgumentSpec = {
  name: "SOURCE",
  kind: "file",
  use: "tree",
  summary: "A folder with all that is in it, or one file",
};

export const KIND: OptionSpec = {
  name: "kind",
  value: { label: "KIND", kind: "choice", choices: ["littlefs", "fat", "spiffs"] },
  summary: "The file system, where its content does not tell",
};

export const LONG_NAMES: OptionSpec = {
  name: "long-names",
  summary: "FAT: allow names in small letters and long ones, which firmware has to be built for",
};

export const WRITE_FORCE: OptionSpec = {
  name: "force",
  summary: "Skip the checks of chip and security features",
};

export const EDIT_FORCE: OptionSpec = {
  name: "force",
  summary: "Make a damaged file system anew, though what is damaged is lost then; and skip the checks of the chip",
};

export const IMAGE_OPTIONS: readonly OptionSpec[] = [
  {
    name: "partition",
    value: { label: "NAME", kind: "text", isPartition: true },
    summary: "IMAGE is a backup of the whole flash: the partition in it",
  },
  KIND,
  PARTITION_TABLE,
  PARTITION_TABLE_ADDRESS,
];
