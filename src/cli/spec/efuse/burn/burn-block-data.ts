import type { CommandSpec } from "../../types.ts";
import { FORCE_WRITE_ALWAYS } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "burn-block-data",
  description: "Burns the bytes of files into blocks, the first byte lowest. Without --offset a file fills its block.",
  arguments: [
    {
      name: "BLOCK FILE",
      kind: "words",
      files: "after-block",
      usage: "[<BLOCK> <DATAFILE>] ...",
      summary: "Blocks, each with its file",
    },
  ],
  options: [
    {
      name: "offset",
      short: "o",
      value: { label: "BYTES", kind: "integer" },
      summary: "Where in the block the file begins; with one block only",
      default: "0",
    },
    FORCE_WRITE_ALWAYS,
  ],
  examples: [
    {
      command: "espefuse --chip esp32c3 --virt burn-block-data BLOCK_USR_DATA data.bin",
      what: "a block of your own data",
    },
    { command: "espefuse burn-block-data --offset 6 BLOCK3 part.bin", what: "a part of a block" },
  ],
  scopes: ["burn"],
};
