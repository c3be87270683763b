import type { CommandSpec } from "../types.ts";
import { SPI_CONNECTION } from "./flash-options.ts";

export const SPEC: CommandSpec = {
  name: "dump-bbm",
  description:
    "Writes to a file which blocks of NAND flash are marked as bad: a byte for each block, 0 good, 1 bad. An " +
    "experiment, for an ESP32-S3 with a W25N01GV.",
  arguments: [{ name: "OUTPUT", kind: "file", use: "write", summary: "The file to write" }],
  options: [
    {
      name: "block-count",
      value: { label: "COUNT", kind: "integer" },
      summary: "How many blocks, from the first on",
      default: "1024",
      hidden: true,
    },
    SPI_CONNECTION,
  ],
  examples: [{ command: "esptool dump-bbm -sc 12,13,11,9,10 blocks.bin", what: "of the whole flash" }],
  device: { inSecureDownload: false, plugins: ["nand"] },
};
