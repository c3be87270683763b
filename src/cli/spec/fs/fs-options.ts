import { PARTITION_TABLE, PARTITION_TABLE_ADDRESS } from "../flash/partition-options.ts";
import type { ArgumentSpec, OptionSpec } from "../types.ts";

export const IMAGE: ArgumentSpec = {
  name: "IMAGE",
  kind: "file",
  summary: "An image of the partition; @NAME: the partition of that name on the chip",
};

export const IMAGE_OPTIONS: readonly OptionSpec[] = [
  {
    name: "partition",
    value: { label: "NAME", kind: "text" },
    summary: "IMAGE is a backup of the whole flash: the partition in it",
  },
  {
    name: "kind",
    value: { label: "KIND", kind: "choice", choices: ["littlefs", "fat", "spiffs"] },
    summary: "The file system, where its content does not tell",
  },
  PARTITION_TABLE,
  PARTITION_TABLE_ADDRESS,
];
