import type { CommandSpec } from "../types.ts";
import { SPI_CONNECTION } from "./flash-options.ts";

export const SPEC: CommandSpec = {
  name: "read-nand-spare",
  description:
    "Reads the beginning of the spare area of a page of NAND flash, where a block's first page says whether the block " +
    "is good. An experiment, for an ESP32-S3 with a W25N01GV.",
  arguments: [{ name: "PAGE", kind: "integer", summary: "Number of the page; a block has 64" }],
  options: [SPI_CONNECTION],
  examples: [{ command: "esptool read-nand-spare -sc 12,13,11,9,10 192", what: "of the first page of block 3" }],
  device: { inSecureDownload: false, plugins: ["nand"] },
};
