const END = "\r\n\r\n";

/** Names to 8 columns, four registers a row, as ESP-IDF's panic handlers print them. */
function registers(values: readonly (readonly [string, number])[]): string {
  const cells = values.map(([name, value]) => `${name.padEnd(8)}: 0x${value.toString(16).padStart(8, "0")}  `);
  const rows: string[] = [];
  for (let at = 0; at < cells.length; at += 4) rows.push(cells.slice(at, at + 4).join(""));
  return rows.join("\r\n");
}

/** As `examples/hello-esp32c3/hello.elf` would print it, with a panic handler: `hello` has called `print_on_uart`. */
const RISCV = [
  "\r\nGuru Meditation Error: Core  0 panic'ed (Load access fault). Exception was unhandled.",
  "",
  "Core  0 register dump:",
  registers([
    ["MEPC", 0x403c0046],
    ["RA", 0x403c00d4],
    ["SP", 0x3fcd78c0],
    ["GP", 0x3fcd6900],
    ["A0", 0x00000000],
    ["MSTATUS", 0x00001881],
    ["MCAUSE", 5],
    ["MTVAL", 0],
    ["MHARTID", 0],
  ]),
  "",
  "ELF file SHA256: f9c933862",
  `${END}Rebooting...\r\n`,
].join("\r\n");

/** Of no program that is here. */
const XTENSA = [
  "\r\nGuru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.",
  "",
  "Core  0 register dump:",
  registers([
    ["PC", 0x400d007b],
    ["PS", 0x00060430],
    ["A0", 0x800d0197],
    ["A1", 0x3ffb4f20],
    ["EXCCAUSE", 0x1c],
    ["EXCVADDR", 0],
  ]),
  `${END}Backtrace: 0x400d0078:0x3ffb4f20 0x400d0194:0x3ffb4f40`,
  `${END}ELF file SHA256: 000000000`,
  "",
  "Rebooting...\r\n",
].join("\r\n");

/** What an application prints that crashes, by the names of the option `crash`. */
export const CRASH_TEXTS: Readonly<Record<string, string>> = { riscv: RISCV, xtensa: XTENSA };
