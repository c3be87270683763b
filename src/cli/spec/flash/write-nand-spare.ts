import type { CommandSpec } from "../types.ts";
import { SPI_CONNECTION } from "./flash-options.ts";

export const SPEC: CommandSpec = {
  name: "write-nand-spare",
  description:
    "Writes the beginning of the spare area of a page of NAND flash; on the first page of a block it marks the block " +
    "as bad. Only erasing the block by force takes a mark away. An experiment, for an ESP32-S3 with a W25N01GV.",
  arguments: [
    { name: "PAGE", kind: "integer", summary: "Number of the page; a block has 64" },
    { name: "IS_BAD", kind: "choice", choices: ["0", "1"], summary: "1: mark as bad, 0: write what good pages have" },
  ],
  options: [SPI_CONNECTION],
  examples: [{ command: "esptool write-nand-spare -sc 12,13,11,9,10 192 1", what: "block 3 is bad from now on" }],
  device: { inSecureDownload: false, plugins: ["nand"] },
};
