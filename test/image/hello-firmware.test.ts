// The committed example firmware: is hello.bin what the ESP32-C3's ROM can load, and does it run?
// Nothing here uses the project's own image code, so it also stands as an independent statement of the format.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  Bench,
  type BenchOptions,
  SRAM_CODE_ADDRESS,
  SRAM_DATA_ADDRESS,
  SRAM_SIZE_BYTES,
} from "../support/chip/esp32c3-bench.ts";
import { expandCompressed, Rv32 } from "../support/chip/rv32.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

const example = fileURLToPath(new URL("../../examples/hello-esp32c3/", import.meta.url));
const bootloaderPath = fileURLToPath(
  new URL("../../../shared/reference/inputs/images/bootloader_esp32c3.bin", import.meta.url),
);
const image = readFileSync(join(example, "hello.bin"));
const elf = readFileSync(join(example, "hello.elf"));

interface Segment {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Addresses that a second-stage bootloader of ESP-IDF is loaded to, so the ROM takes them; end is exclusive. */
const LOADABLE_DATA = { start: 0x3fcd6100, end: 0x3fcd7978 };
const LOADABLE_CODE = { start: 0x403c0000, end: 0x403c0de4 };
/** End of the linker script's data window: the stack starts here. */
const STACK_TOP = 0x3fcd7900;

function imageSegments(file: Buffer<ArrayBuffer>): { segments: Segment[]; end: number } {
  const segments: Segment[] = [];
  let position = 24;
  for (let index = 0; index < file.readUInt8(1); index++) {
    const sizeBytes = file.readUInt32LE(position + 4);
    segments.push({
      address: file.readUInt32LE(position),
      data: file.subarray(position + 8, position + 8 + sizeBytes),
    });
    position += 8 + sizeBytes;
  }
  return { segments, end: position };
}

function elfLoadSegments(file: Buffer<ArrayBuffer>): Segment[] {
  const table = file.readUInt32LE(28);
  return Array.from({ length: file.readUInt16LE(44) }, (_, index) => table + index * 32)
    .filter((header) => file.readUInt32LE(header) === 1 && file.readUInt32LE(header + 16) > 0)
    .map((header) => {
      const start = file.readUInt32LE(header + 4);
      return {
        address: file.readUInt32LE(header + 12),
        data: file.subarray(start, start + file.readUInt32LE(header + 16)),
      };
    });
}

const { segments, end } = imageSegments(image);
const entry = image.readUInt32LE(4);
const isCode = (segment: Segment): boolean => segment.address >= SRAM_CODE_ADDRESS;
const within = (segment: Segment, window: { start: number; end: number }): boolean =>
  segment.address >= window.start && segment.address + segment.data.length <= window.end;

describe("hello.bin as the ROM reads it", () => {
  test("the header is for an ESP32-C3 with the most modest flash settings", () => {
    expect(image.readUInt8(0)).toBe(0xe9);
    expect(image.readUInt8(2)).toBe(2); // DIO
    expect(image.readUInt8(3)).toBe(0x10); // 2 MB, 40 MHz
    expect(image.readUInt8(8)).toBe(0xee);
    expect(image.readUInt16LE(12)).toBe(5);
    expect(image.readUInt8(14)).toBe(0); // any chip revision
    expect(image.readUInt16LE(15)).toBe(0);
    expect(image.readUInt16LE(17)).toBe(0xffff);
    expect(image.readUInt8(23)).toBe(1);
    expect(image.length).toBeLessThan(4096);
  });

  test("segments go where a bootloader goes, word by word, and never meet in the RAM behind both addresses", () => {
    expect(segments.length).toBeGreaterThan(0);
    for (const segment of segments) {
      expect(segment.data.length % 4).toBe(0);
      expect(within(segment, isCode(segment) ? LOADABLE_CODE : LOADABLE_DATA)).toBe(true);
    }
    const physical = segments
      .map(({ address, data }) => {
        const start = address - (address >= SRAM_CODE_ADDRESS ? SRAM_CODE_ADDRESS : SRAM_DATA_ADDRESS);
        return { start, end: start + data.length };
      })
      .sort((a, b) => a.start - b.start);
    physical.forEach((range, index) => {
      expect(range.start).toBeGreaterThanOrEqual(physical[index - 1]?.end ?? 0);
      expect(range.end).toBeLessThanOrEqual(SRAM_SIZE_BYTES);
    });
  });

  test("the entry point lies in loaded code, with 16 spare bytes behind the code for the prefetcher", () => {
    const code = segments.find(
      (segment) =>
        isCode(segment) &&
        within(
          { address: entry, data: new Uint8Array(4) },
          { start: segment.address, end: segment.address + segment.data.length },
        ),
    );
    expect(code).toBeDefined();
    expect([...(code?.data.subarray(-16) ?? [])]).toEqual(new Array(16).fill(0));
  });

  test("checksum and digest hold", () => {
    const checksum = segments.flatMap(({ data }) => [...data]).reduce((sum, byte) => sum ^ byte, 0xef);
    const checksumPosition = end + 15 - (end % 16);
    expect(image.readUInt8(checksumPosition)).toBe(checksum);
    expect(image.length).toBe(checksumPosition + 1 + 32);
    const digest = createHash("sha256")
      .update(image.subarray(0, checksumPosition + 1))
      .digest();
    expect(image.subarray(checksumPosition + 1).equals(digest)).toBe(true);
  });

  test("it holds every loadable byte of hello.elf at its address, and starts where the ELF starts", () => {
    expect(entry).toBe(elf.readUInt32LE(24));
    const loads = elfLoadSegments(elf);
    expect(loads.length).toBe(segments.length);
    for (const { address, data } of loads) {
      const segment = segments.find((candidate) => candidate.address === address);
      expect(Buffer.from(segment?.data.subarray(0, data.length) ?? []).equals(data)).toBe(true);
    }
  });

  test("make-image.mjs makes exactly this image of this ELF", () => {
    const directory = mkdtempSync(join(tmpdir(), "hello-image-"));
    try {
      const output = join(directory, "hello.bin");
      execFileSync(process.execPath, [join(example, "make-image.mjs"), join(example, "hello.elf"), output]);
      expect(readFileSync(output).equals(image)).toBe(true);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  if (!existsSync(bootloaderPath)) tellSkipped(NO_REFERENCE);
  test.skipIf(!existsSync(bootloaderPath))(
    "the windows above are those of a real bootloader (needs the reference inputs)",
    () => {
      const bootloader = imageSegments(readFileSync(bootloaderPath)).segments;
      const covered = ({ start, end: stop }: { start: number; end: number }): boolean => {
        let reached = start;
        for (const { address, data } of bootloader) if (address === reached) reached += data.length;
        return reached >= stop;
      };
      expect(covered(LOADABLE_DATA)).toBe(true);
      expect(covered(LOADABLE_CODE)).toBe(true);
    },
  );
});

describe("hello.bin running", () => {
  const run = (options: BenchOptions, until: string): { bench: Bench; cpu: Rv32 } => {
    const bench = new Bench(options);
    for (const { address, data } of segments) bench.load(address, data);
    const cpu = bench.run(entry, ({ uartText }) => uartText.includes(until), 40_000_000);
    return { bench, cpu };
  };

  test("it stops the watchdogs, then greets and counts, on UART and USB", () => {
    const { bench } = run({}, "tick 13\r\n");
    const ticks = Array.from({ length: 13 }, (_, index) => `tick ${index + 1}\r\n`).join("");
    const expected = `\r\nHello from esptool-ts on an ESP32-C3!\r\n${ticks}`;
    expect(bench.uartText).toBe(expected);
    expect(expected.startsWith(bench.usbText)).toBe(true);
    expect(bench.usbText).toContain("tick 12\r\n");
    expect(bench.armedWatchdogs()).toEqual([]);
  });

  test("its stack is aligned and it writes nowhere but between its data and its stack's top", () => {
    const { bench, cpu } = run({}, "tick 2\r\n");
    expect((cpu.registers[2] ?? 1) % 16).toBe(0);
    const dataEnd = Math.max(...segments.filter((segment) => !isCode(segment)).map((s) => s.address + s.data.length));
    expect(bench.writtenRange[0]).toBeGreaterThanOrEqual(dataEnd);
    expect(bench.writtenRange[1]).toBeLessThan(STACK_TOP);
  });

  test("no USB host: UART output is complete and the program is not held up", () => {
    const { bench } = run({ usbHost: false }, "tick 3\r\n");
    expect(bench.uartText).toContain("tick 1\r\ntick 2\r\ntick 3\r\n");
    expect(bench.usbText).toBe("\r\nHello from esptool-ts on an ESP32-C3!\r\n");
  });

  test("a timer that stands still does not stop it", () => {
    expect(run({ timerRuns: false }, "tick 2\r\n").bench.uartText).toContain("tick 1\r\ntick 2\r\n");
  });
});

describe("the interpreter the above relies on", () => {
  // Pairs from an assembler: the same instruction assembled with and without the compressed extension.
  test.each([
    [0x715d, 0xfb010113, "addi sp, sp, -80"],
    [0x007c, 0x00c10793, "addi a5, sp, 12"],
    [0x6a85, 0x00001ab7, "lui s5, 1"],
    [0x83c1, 0x0107d793, "srli a5, a5, 16"],
    [0x4e5c, 0x01c62783, "lw a5, 28(a2)"],
    [0xc686, 0x04112623, "sw ra, 76(sp)"],
    [0xfb6d, 0xfe0719e3, "bnez a4, -14"],
    [0xb7c5, 0xfe1ff06f, "j -32"],
    [0x8082, 0x00008067, "ret"],
    [0x892a, 0x00a00933, "mv s2, a0"],
    [0x8f1d, 0x40f70733, "sub a4, a4, a5"],
  ])("0x%s expands to 0x%s: %s", (half, word) => {
    expect(expandCompressed(half) >>> 0).toBe(word);
  });

  test.each([
    [0x02c5c533, -7, 2, -3, "div"], // div a0, a1, a2 and so on
    [0x02c5c533, 1, 0, -1, "div by zero"],
    [0x02c5c533, -2147483648, -1, -2147483648, "div overflow"],
    [0x02c5d533, -2, 2, 0x7fffffff, "divu"],
    [0x02c5e533, -7, 2, -1, "rem"],
    [0x02c5f533, -1, 10, 5, "remu"],
    [0x02c59533, -1, -1, 0, "mulh"],
    [0x02c5b533, -1, -1, -2, "mulhu"],
    [0x02c58533, 0x10001, 0x10001, 0x20001, "mul"],
  ])("multiply and divide: %s of %i and %i", (word, a, b, expected) => {
    const bytes = new DataView(new ArrayBuffer(4));
    bytes.setUint32(0, word, true);
    const cpu = new Rv32({ read: (address) => bytes.getUint16(address, true), write: () => undefined }, 0);
    cpu.registers[11] = a;
    cpu.registers[12] = b;
    cpu.step();
    expect(cpu.registers[10]).toBe(expected);
  });
});
