import { ELF } from "../elf-option.ts";
import { SPI_CONNECTION } from "../flash/flash-options.ts";
import { PARTITION_TABLE, PARTITION_TABLE_ADDRESS } from "../flash/partition-options.ts";
import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "core-dump",
  description:
    "Shows what is in a core dump: why the program crashed, registers, and all tasks with their stacks. FILE is a log with the " +
    "dump in it, the contents of its partition, or an ELF file made of a dump; without it the partition of the chip is read.",
  arguments: [
    {
      name: "FILE",
      kind: "file",
      summary: "A log, a dump or an ELF file; - is standard input",
      default: "the chip's partition",
    },
  ],
  options: [
    ELF,
    {
      name: "save",
      value: { label: "OUTPUT", kind: "file", use: "write" },
      summary: "ELF file to write, for GDB: the dump as it is",
    },
    PARTITION_TABLE,
    PARTITION_TABLE_ADDRESS,
    SPI_CONNECTION,
  ],
  examples: [
    { command: "esptool core-dump --elf build/app.elf", what: "the dump in the chip's flash" },
    { command: "esptool core-dump board.log --elf build/app.elf", what: "the dump in a log" },
    { command: "esptool core-dump dump.bin --elf build/app.elf --save core.elf", what: "and for GDB" },
  ],
  device: { inSecureDownload: false },
};
