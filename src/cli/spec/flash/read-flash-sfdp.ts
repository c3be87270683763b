import type { CommandSpec, OptionSpec } from "../types.ts";
import { FLASH_FREQUENCY, FLASH_MODE, FLASH_SIZE, FLASH_TYPE, SPI_CONNECTION } from "./flash-options.ts";

/** The flash settings have no effect here; scripts give them to every flash command. */
const IGNORED: readonly OptionSpec[] = [FLASH_MODE, FLASH_FREQUENCY, FLASH_SIZE].map(({ env: _unused, ...option }) => ({
  ...option,
  hidden: true,
}));

export const SPEC: CommandSpec = {
  name: "read-flash-sfdp",
  description: "Reads from the parameter table of the flash (SFDP, JESD216), and shows what the flash is.",
  arguments: [
    { name: "ADDRESS", kind: "integer", summary: "Where in the table, at most 0xffffff" },
    { name: "BYTES", kind: "integer", summary: "How many bytes, 1 to 4" },
  ],
  options: [...IGNORED, SPI_CONNECTION, FLASH_TYPE],
  examples: [{ command: "esptool read-flash-sfdp 0 4", what: "the signature at the beginning" }],
  device: { inSecureDownload: false },
};
