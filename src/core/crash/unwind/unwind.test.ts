import { describe, expect, it } from "vitest";
import { crashProgram } from "../../../../test/support/crash/programs.ts";
import { debugInfo } from "../../debug-info/debug-info.ts";
import { RISCV, windowedAddress } from "./machines.ts";
import { followsCall } from "./programs.ts";
import { memoryOfPieces } from "./stack-memory.ts";
import { unwindByRules } from "./unwind-by-rules.ts";
import { unwindWindows } from "./unwind-windows.ts";

const program = (name: string) => debugInfo(crashProgram(name) ?? new Uint8Array(0));
const UNKNOWN = { wordAt: () => null };

describe("unwinding by rules", () => {
  const programs = [program("c3-o2-d5-debugframe.elf")];
  /** In a function that calls itself, behind that call. */
  const RECURSION = 0x4200_009e;
  const start = { programs, machine: RISCV, pc: RECURSION, registers: new Map([[2, 0x3fc8_0000]]) };

  it("shows so many functions and no more, however deep the recursion", () => {
    const stack = unwindByRules({ ...start, memory: { wordAt: () => RECURSION } });
    expect(stack.end).toBe("too-deep");
    expect(stack.frames).toHaveLength(128);
  });

  it("ends where nothing is known of memory", () => {
    expect(unwindByRules({ ...start, memory: UNKNOWN })).toMatchObject({
      end: "memory-ends",
      frames: [{ pc: RECURSION }],
    });
  });

  it("ends where the return address is zero", () => {
    expect(unwindByRules({ ...start, memory: { wordAt: () => 0 } }).end).toBe("outermost");
  });
});

describe("unwinding register windows", () => {
  /** A0 and A1 of the caller, below the stack pointer of the frame. */
  const saved = (frames: readonly (readonly [sp: number, a0: number, a1: number])[]) => ({
    wordAt: (address: number) => {
      for (const [sp, a0, a1] of frames)
        if (address === sp - 16 || address === sp - 12) return address === sp - 16 ? a0 : a1;
      return null;
    },
  });
  const start = { pc: 0x400d_0000, a0: 0x800d_0197, a1: 0x3ffb_0000 };

  it("follows what was saved, with addresses in the region of the code", () => {
    const memory = saved([
      [0x3ffb_0000, 0x800d_01ed, 0x3ffb_0020],
      [0x3ffb_0020, 0, 0x3ffb_0040],
    ]);
    expect(unwindWindows({ ...start, memory })).toEqual({
      frames: [
        { pc: 0x400d_0000, lookUpAddress: 0x400d_0000 },
        { pc: 0x400d_0197, lookUpAddress: 0x400d_0194 },
        { pc: 0x400d_01ed, lookUpAddress: 0x400d_01ea },
      ],
      end: "outermost",
    });
    expect(windowedAddress(0xc00d_0197)).toBe(0x400d_0197);
  });

  it("ends where nothing is known, and where the stack turns back", () => {
    expect(unwindWindows({ ...start, memory: UNKNOWN })).toMatchObject({ end: "memory-ends", frames: { length: 2 } });
    const circle = saved([[0x3ffb_0000, 0x800d_01ed, 0x3ffb_0000]]);
    expect(unwindWindows({ ...start, memory: circle })).toMatchObject({ end: "damaged", frames: { length: 2 } });
  });
});

describe("a return address", () => {
  it.each([
    // JAL and C.JALR of the RISC-V program, CALL0 of the ESP8266's, each with the address behind it and one within.
    ["c3-os-d5.elf", 0x4200_0144, true],
    ["c3-os-d5.elf", 0x4200_0142, false],
    ["c3-os-d5.elf", 0x4200_0190, true],
    ["esp8266-os-d4.elf", 0x4020_1180, true],
    ["esp8266-os-d4.elf", 0x4020_1183, false],
    ["esp8266-os-d4.elf", 0x1000, false],
  ])("is known by the call before it: %s at %i", (name, address, isCall) => {
    expect(followsCall([program(name)], address)).toBe(isCall);
  });
});

it("memory of pieces ends with each of them", () => {
  const memory = memoryOfPieces([{ address: 0x100, data: Uint8Array.of(1, 0, 0, 0, 2, 0, 0) }]);
  expect([0xfc, 0x100, 0x104, 0x108].map(memory.wordAt)).toEqual([null, 1, null, null]);
});
