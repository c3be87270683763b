import { IMAGE_FLASH_OPTIONS } from "../flash/flash-options.ts";
import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "elf2image",
  description:
    "Makes a firmware image of a linked program. The chip is the one given with --chip, or the only one that the program fits. An ESP8266 image of version 1 " +
    "has a second file for what runs from flash; the address stands in its name.",
  arguments: [{ name: "INPUT", kind: "file", summary: "The ELF file" }],
  options: [
    {
      name: "output",
      short: "o",
      value: { label: "FILE", kind: "file", use: "write" },
      summary: "The file to write; for ESP8266 version 1 what its names begin with; left out: named like the input",
    },
    {
      name: "version",
      short: "e",
      value: { label: "NUMBER", kind: "choice", choices: ["1", "2", "3"] },
      summary: "Format of an ESP8266 image",
      default: "1",
    },
    ...IMAGE_FLASH_OPTIONS,
    {
      name: "min-rev-full",
      value: { label: "REVISION", kind: "integer" },
      summary: "Oldest chip revision that may run it: major x 100 + minor",
      default: "0",
    },
    {
      name: "max-rev-full",
      value: { label: "REVISION", kind: "integer" },
      summary: "Newest chip revision that may run it; 65535: any",
      default: "65535",
    },
    {
      name: "min-rev",
      short: "r",
      value: { label: "REVISION", kind: "integer" },
      summary: "The old field for the oldest revision",
      default: "0",
      hidden: true,
    },
    { name: "secure-pad", summary: "Pad it so that it can be signed for secure boot version 1 (ESP32)" },
    { name: "secure-pad-v2", summary: "Pad it so that it can be signed for secure boot version 2 (not ESP8266)" },
    {
      name: "elf-sha256-offset",
      value: { label: "OFFSET", kind: "integer" },
      summary: "Where in the image to put the SHA-256 of the ELF file; left out: into the application descriptor",
    },
    { name: "dont-append-digest", summary: "No SHA-256 at the end of the image" },
    { name: "use-segments", summary: "Take the ELF file's segments instead of its sections" },
    {
      name: "flash-mmu-page-size",
      value: { label: "SIZE", kind: "choice", choices: ["256KB", "128KB", "64KB", "32KB", "16KB", "8KB"] },
      summary: "Page size of the flash cache; left out: what the program says, else 64KB",
    },
    {
      name: "pad-to-size",
      value: { label: "SIZE", kind: "text" },
      summary: "Fill the file with FF up to a multiple of this, such as 512KB or 4MB",
    },
    {
      name: "ram-only-header",
      summary: "Let the boot ROM see the RAM segments only; no digest is appended (ESP8266: sorts the segments)",
    },
  ],
  exclusive: [["secure-pad", "secure-pad-v2"]],
  examples: [
    { command: "esptool --chip esp32c3 elf2image app.elf", what: "makes app.bin" },
    {
      command: "esptool --chip esp32 elf2image -fm dio -ff 40m -fs 4MB -o app.bin app.elf",
      what: "with the flash settings of the board",
    },
  ],
  scopes: ["chip-name"],
};
