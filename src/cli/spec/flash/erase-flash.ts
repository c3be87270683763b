import type { CommandSpec } from "../types.ts";
import { FLASH_TYPE, FORCE, SPI_CONNECTION } from "./flash-options.ts";

export const SPEC: CommandSpec = {
  name: "erase-flash",
  description: "Erases the whole flash. It takes from a few seconds to minutes.",
  arguments: [],
  options: [FORCE, SPI_CONNECTION, FLASH_TYPE],
  examples: [{ command: "esptool --port /dev/ttyUSB0 erase-flash", what: "on this port" }],
  device: { inSecureDownload: false },
};
