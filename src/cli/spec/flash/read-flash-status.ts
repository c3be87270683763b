import type { CommandSpec } from "../types.ts";
import { FLASH_TYPE, SPI_CONNECTION, STATUS_BYTES } from "./flash-options.ts";

export const SPEC: CommandSpec = {
  name: "read-flash-status",
  description: "Shows the status register of the flash, the byte of command 05h lowest.",
  arguments: [],
  options: [STATUS_BYTES, SPI_CONNECTION, FLASH_TYPE],
  examples: [{ command: "esptool read-flash-status --bytes 3", what: "all three bytes" }],
  device: { inSecureDownload: false },
};
