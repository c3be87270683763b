import { NO_PROGRESS, SPI_CONNECTION } from "../flash/flash-options.ts";
import { PARTITION_TABLE, PARTITION_TABLE_ADDRESS } from "../flash/partition-options.ts";
import type { OptionSpec } from "../types.ts";

export const OTA_OPTIONS: readonly OptionSpec[] = [PARTITION_TABLE, PARTITION_TABLE_ADDRESS, SPI_CONNECTION];

export const STATE: OptionSpec = {
  name: "state",
  value: { label: "STATE", kind: "choice", choices: ["undefined", "new", "valid"] },
  summary:
    "What the OTA data says of the slot; with new, a bootloader with rollback waits for the application to confirm itself",
  default: "undefined",
};

export const PROGRESS: OptionSpec = NO_PROGRESS;
