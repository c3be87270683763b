import type { CommandSpec } from "../types.ts";
import { SPI_CONNECTION } from "./flash-options.ts";

export const SPEC: CommandSpec = {
  name: "flash-id",
  description: "Shows what the flash says of itself: maker, type, size, and how it is wired and supplied.",
  arguments: [],
  options: [SPI_CONNECTION],
  examples: [{ command: "esptool --json flash-id", what: "for a program" }],
  device: { inSecureDownload: false },
};
