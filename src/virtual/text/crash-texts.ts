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

const NAMES =
  "MEPC RA SP GP TP T0 T1 T2 S0/FP S1 A0 A1 A2 A3 A4 A5 A6 A7 S2 S3 S4 S5 S6 S7 S8 S9 S10 S11 T3 T4 T5 T6 MSTATUS MTVEC MCAUSE MTVAL MHARTID";
const STACK_POINTER = 0x3fc81fe0;
/** Those that are not 0. */
const VALUES: Readonly<Record<string, number>> = {
  ...{ MEPC: 0x42000066, RA: 0x42000144, SP: STACK_POINTER, GP: 0x3fc80118 },
  ...{ A0: 0x3fc8200c, A2: 10, A3: 8, A4: 6, A5: 44, MSTATUS: 0x1881, MTVEC: 0x40380001, MCAUSE: 5 },
};
/** The array of `sensor_read`, and the address to which `app_main` returns; all else on the stack is 0. */
const WORDS: Readonly<Record<number, number>> = { 0: 3, 1: 4, 2: 5, 3: 6, 4: 7, 5: 8, 6: 9, 7: 10, 11: 0x42000190 };

/** What ESP-IDF prints of a stack: 32 rows of 8 words. */
function stackRows(): string {
  const word = (index: number): string => `0x${(WORDS[index] ?? 0).toString(16).padStart(8, "0")}`;
  const row = (at: number): string => Array.from({ length: 8 }, (_, index) => word(8 * at + index)).join(" ");
  return Array.from({ length: 32 }, (_, at) => `${(STACK_POINTER + 32 * at).toString(16)}: ${row(at)}`).join("\r\n");
}

/** As `examples/crash-esp32c3/crash.elf` did when it ran in an emulator. */
const STACK = [
  "\r\nGuru Meditation Error: Core  0 panic'ed (Load access fault). Exception was unhandled.",
  "",
  "Core  0 register dump:",
  registers(NAMES.split(" ").map((name) => [name, VALUES[name] ?? 0])),
  "",
  "Stack memory:",
  stackRows(),
  `${END}\r\nELF file SHA256: 59ca437b1`,
  "",
  "Rebooting...\r\n",
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
export const CRASH_TEXTS: Readonly<Record<string, string>> = { riscv: RISCV, stack: STACK, xtensa: XTENSA };
