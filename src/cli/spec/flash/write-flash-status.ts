import type { CommandSpec } from "../types.ts";
import { FLASH_TYPE, SPI_CONNECTION, STATUS_BYTES } from "./flash-options.ts";

export const SPEC: CommandSpec = {
  name: "write-flash-status",
  description:
    "Changes the status register of the flash: write protection, quad mode and more, as its data sheet says. A wrong " +
    "value can make the flash unusable.",
  arguments: [{ name: "VALUE", kind: "integer", summary: "The new value; bits beyond --bytes are ignored" }],
  options: [
    STATUS_BYTES,
    { name: "non-volatile", summary: "Keep the value when the power goes; else it lasts until then" },
    SPI_CONNECTION,
    FLASH_TYPE,
  ],
  examples: [{ command: "esptool write-flash-status --non-volatile 0", what: "remove write protection for good" }],
  device: { inSecureDownload: false },
};
