/** Real core dumps, against what esp-coredump and GDB say of them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CHIPS } from "../../src/core/chip/catalog.ts";
import { coreDumpInLog } from "../../src/core/crash/core-dump/core-dump-in-log.ts";
import { coreDumpText } from "../../src/core/crash/core-dump-text.ts";
import { type CoreDumpTask, readCoreDump } from "../../src/core/crash/read-core-dump.ts";
import { debugInfo } from "../../src/core/debug-info/debug-info.ts";
import { CRASH_CASES, crashCase, crashProgram } from "../support/crash/programs.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";
import { thrown } from "../support/thrown.ts";

interface Expected {
  readonly chip: string;
  readonly version: string;
  readonly elf: string | null;
  readonly crashedTask: { readonly tcb: string; readonly name: string };
  readonly panicReason: string | null;
  readonly inInterrupt: boolean;
  readonly registers: Readonly<Record<string, string>>;
  readonly taskTable: readonly {
    readonly tcb: string;
    readonly name: string;
    readonly priority: number;
    readonly basePriority: number;
    readonly stackUsed: number;
    readonly stackFree: number;
  }[];
  readonly tasks: readonly {
    readonly tcb: string;
    readonly frames: readonly {
      readonly pc: string | null;
      readonly function: string | null;
      readonly line: number | null;
    }[];
  }[];
}

const CASES = CRASH_CASES.filter((name) => name.startsWith("core-"));
const dumpOf = (name: string): Uint8Array => readFileSync(`test/fixtures/crash/${name}/coredump.bin`);
const hex = (text: string): number => Number(text);
/** GDB calls the frame pointer by its second name, and the program counter PC on all chips. */
const NAMES: Readonly<Record<string, string>> = { fp: "S0" };

describe("core dumps", () => {
  it("are there to be held against", () => {
    expect(CASES).toHaveLength(4);
  });

  it.each(CASES)("are whole, and tell tasks and registers: %s", (name) => {
    const want = crashCase<Expected>(name);
    const dump = readCoreDump(dumpOf(name));
    expect(dump).toMatchObject({
      version: want.version,
      chip: want.chip,
      checksum: "right",
      panicDetails: want.panicReason,
    });
    const [crashed] = dump.tasks;
    expect(crashed).toMatchObject({
      isCrashed: true,
      controlBlock: hex(want.crashedTask.tcb),
      name: want.crashedTask.name,
    });
    expect(new Map(dump.tasks.map((task) => [task.controlBlock, task.name]))).toEqual(
      new Map(want.taskTable.map((task) => [hex(task.tcb), task.name])),
    );
    if (dump.isInInterrupt !== null) expect(dump.isInInterrupt).toBe(want.inInterrupt);
    const known = { ...crashed?.registers, ...dump.exceptionRegisters };
    for (const [register, value] of Object.entries(want.registers)) {
      const has = known[NAMES[register] ?? (register === "pc" && "MEPC" in known ? "MEPC" : register.toUpperCase())];
      if (has !== undefined) expect(has, register).toBe(hex(value));
    }
    expect(Object.keys(crashed?.registers ?? {}).length).toBeGreaterThan(20);
  });

  it.each(CASES)("come over the console as they are in flash: %s", (name) => {
    const log = readFileSync(`test/fixtures/crash/${name}/input.txt`, "latin1");
    expect(coreDumpInLog(log)).toEqual(new Uint8Array(dumpOf(name)));
    // Log lines of other tasks stand between the rows.
    expect(coreDumpInLog(log.replace(/\n/g, "\nW (12) wifi: no\n"))).toEqual(new Uint8Array(dumpOf(name)));
    expect(coreDumpInLog("nothing here")).toBeNull();
  });

  it.each(CASES)("give each task its stack as GDB has it, up to what only the ROM knows: %s", (name) => {
    const want = crashCase<Expected>(name);
    // Of two dumps no program was kept.
    if (want.elf === null) return;
    const program = crashProgram(want.elf);
    if (program === null) return tellSkipped(NO_REFERENCE);
    const dump = readCoreDump(dumpOf(name), [debugInfo(program)]);
    expect(dump.match).not.toBe("refuted");
    expect(dump.tasks.map(tableRow)).toEqual(want.taskTable.map((row) => ({ ...row, tcb: hex(row.tcb) })));
    for (const { tcb, frames } of want.tasks) {
      const task = dump.tasks.find(({ controlBlock }) => controlBlock === hex(tcb));
      const rom = frames.findIndex(({ line }) => line === null);
      // What stands behind the first function of the ROM is reached by its rules, which are in no file here.
      const provable = rom < 0 ? frames : frames.slice(0, rom);
      expect(linesOf(task).slice(0, provable.length), tcb).toEqual(
        provable.map((frame) => `${frame.function}:${frame.line}`),
      );
    }
  });

  it("are known of every chip that there is", () => {
    for (const { id, imageChipId } of CHIPS) {
      if (imageChipId === null) continue;
      const bytes = Uint8Array.from(dumpOf("core-01-esp32c3-elf-crc"));
      bytes[6] = imageChipId;
      expect(readCoreDump(bytes).chip).toBe(id);
    }
  });

  it("tell when they are damaged, cut off or not there", () => {
    const [name = ""] = CASES;
    const bytes = Uint8Array.from(dumpOf(name));
    bytes[2000] = (bytes[2000] ?? 0) ^ 1;
    expect(readCoreDump(bytes).checksum).toBe("wrong");
    expect(thrown(() => readCoreDump(new Uint8Array(4096).fill(0xff))).code).toBe("file.empty");
    expect(thrown(() => readCoreDump(new Uint8Array(4))).code).toBe("image.truncated");
    expect(
      thrown(() => readCoreDump(Uint8Array.from({ length: 64 }, (_, at) => (at === 0 ? 64 : at < 4 ? 0 : 0xab)))).code,
    ).toBe("image.invalid");
  });

  it.each(CASES)("tell of what is there when they are cut off, and invent nothing: %s", (name) => {
    const bytes = dumpOf(name);
    const whole = readCoreDump(bytes);
    const text = (tasks: readonly CoreDumpTask[]): string[] =>
      tasks.flatMap(({ controlBlock, registers }) => [`${controlBlock} ${JSON.stringify(registers)}`]);
    let last = 0;
    for (let length = 0; length < bytes.length; length += 97) {
      const cut = bytes.subarray(0, length);
      // Too little to know anything, or what the whole has.
      if (length < 1200) {
        try {
          readCoreDump(cut);
        } catch (error) {
          expect(error).toMatchObject({ code: "image.truncated" });
        }
        continue;
      }
      const dump = readCoreDump(cut);
      expect(dump).toMatchObject({ checksum: "missing", missingBytes: bytes.length - length, chip: whole.chip });
      expect(dump.tasks.length).toBeGreaterThanOrEqual(last);
      last = dump.tasks.length;
      for (const task of text(dump.tasks.filter(({ registers }) => Object.keys(registers).length > 0)))
        expect(text(whole.tasks)).toContain(task);
      for (const [index, { frames }] of dump.tasks.entries())
        expect(whole.tasks[index]?.frames.slice(0, frames.length)).toEqual(frames);
      expect(coreDumpText(dump)[0]).toContain(`its last ${bytes.length - length} bytes are missing`);
    }
    expect(last).toBeGreaterThan(1);
  });

  it("can be read again as the ELF file that was made of them", () => {
    const dump = readCoreDump(dumpOf(CASES[0] ?? ""));
    const again = readCoreDump(dump.elf ?? new Uint8Array(0));
    expect(again).toMatchObject({ version: null, checksum: "none", panicDetails: dump.panicDetails });
    expect(again.tasks).toEqual(dump.tasks);
  });
});

function tableRow(task: CoreDumpTask): object {
  return {
    tcb: task.controlBlock,
    name: task.name,
    priority: task.priority,
    basePriority: task.basePriority,
    stackUsed: task.stackUsedBytes,
    stackFree: task.stackFreeBytes,
  };
}

/** Each function with its line, what is inlined before what it is inlined into. */
function linesOf(task: CoreDumpTask | undefined): string[] {
  return (task?.frames ?? []).flatMap(({ location }) =>
    (location?.frames ?? []).map(({ functionName, line }) => `${functionName}:${line}`),
  );
}
