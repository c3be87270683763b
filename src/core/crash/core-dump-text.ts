import { hexAddress } from "../bytes/hex.ts";
import type { Check } from "../check/check.ts";
import { hasParts } from "../check/shapes.ts";
import { checkObject, listOf } from "../check/values.ts";
import { chipEntry } from "../chip/chip-index.ts";
import { stackLines } from "./frame-lines.ts";
import type { CoreDump, CoreDumpTask } from "./read-core-dump.ts";

const checkDump: Check<CoreDump> = hasParts<CoreDump>("a core dump, as readCoreDump gives it", {
  tasks: listOf(checkObject),
  exceptionRegisters: checkObject,
});

const CHECKSUMS: Readonly<Record<Exclude<CoreDump["checksum"], "missing">, string>> = {
  right: "its checksum is right",
  wrong: "its checksum is wrong: the dump is damaged, and what follows may be",
  none: "an ELF file, which has no checksum",
};

/** A core dump as lines for people: what it is, why the program crashed, the registers, all tasks and their stacks. */
export function coreDumpText(dump: CoreDump): string[] {
  const { tasks } = checkDump(dump, "dump");
  const crashed = tasks.find(({ isCrashed }) => isCrashed);
  return [
    titleOf(dump),
    ...matchLines(dump),
    ...(dump.panicDetails === null ? [] : [`Panic reason: ${dump.panicDetails}`]),
    ...(crashed === undefined
      ? ["The dump does not tell which task crashed."]
      : [
          `Crashed task: ${taskName(crashed)}${dump.isInInterrupt === true ? ", in an interrupt" : ""}`,
          ...registerLines({ ...crashed.registers, ...dump.exceptionRegisters }),
        ]),
    "Tasks:",
    ...taskTable(tasks),
    ...tasks.flatMap((task) =>
      stackLines({
        title: `Backtrace of ${taskName(task)}${task.isCrashed ? ", which crashed" : ""}:`,
        frames: task.frames,
        end: task.end,
        hasPrograms: dump.hasPrograms,
      }),
    ),
  ];
}

function titleOf({ version, chip, checksum, missingBytes }: CoreDump): string {
  const whose = chip === null ? "" : ` of an ${chipEntry(chip).name}`;
  const state =
    checksum === "missing"
      ? `its last ${missingBytes} bytes are missing, and its checksum with them: tasks and memory that are told of may be incomplete`
      : CHECKSUMS[checksum];
  return `Core dump${whose}${version === null ? "" : `, version ${version}`}: ${state}.`;
}

function matchLines({ match, elfSha256, hasPrograms, machine }: CoreDump): string[] {
  if (match === "proved") return ["The dump is of the program given: the ELF file's SHA-256 is the dump's."];
  if (match === "unknown") return [];
  if (!hasPrograms)
    return [`The program given is for another processor than the dump is of (${machine}): it is not used.`];
  return [
    `The dump is of another program (ELF file SHA256 ${elfSha256}...) than the one given: what is decoded here is doubtful.`,
  ];
}

function taskName({ name, controlBlock }: CoreDumpTask): string {
  return name === null ? `the task at ${hexAddress(controlBlock)}` : `${name} (${hexAddress(controlBlock)})`;
}

const REGISTERS_A_LINE = 4;

function registerLines(registers: Readonly<Record<string, number>>): string[] {
  if (Object.keys(registers).length === 0) return ["Its registers are not in the dump."];
  const columns = Math.max(...Object.keys(registers).map(({ length }) => length));
  const cells = Object.entries(registers).map(([name, value]) => `${name.padEnd(columns)} ${hexAddress(value)}`);
  const rows = Array.from({ length: Math.ceil(cells.length / REGISTERS_A_LINE) }, (_, row) =>
    `  ${cells.slice(row * REGISTERS_A_LINE, (row + 1) * REGISTERS_A_LINE).join("  ")}`.trimEnd(),
  );
  return ["Registers:", ...rows];
}

/** What is not known is a question mark. */
function taskTable(tasks: readonly CoreDumpTask[]): string[] {
  const known = (value: number | string | null): string => (value === null ? "?" : String(value));
  const rows = [
    ["TCB", "NAME", "PRIORITY", "STACK USED/FREE"],
    ...tasks.map(({ controlBlock, name, priority, stackUsedBytes, stackFreeBytes }) => [
      hexAddress(controlBlock),
      known(name),
      known(priority),
      `${known(stackUsedBytes)}/${known(stackFreeBytes)}`,
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}
