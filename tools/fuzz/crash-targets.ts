/** Programs, logs and core dumps. */
import { readFileSync } from "node:fs";
import { binaryLogReader } from "../../src/core/crash/binary-log-reader.ts";
import { bootReader } from "../../src/core/crash/boot-reader.ts";
import { crashReader } from "../../src/core/crash/crash-reader.ts";
import { crashText } from "../../src/core/crash/crash-text.ts";
import { bootText } from "../../src/core/crash/decode-boot.ts";
import { readCoreDump } from "../../src/core/crash/read-core-dump.ts";
import { debugInfo } from "../../src/core/debug-info/debug-info.ts";
import { frameRules } from "../../src/core/debug-info/frame-rules.ts";
import { lookUp } from "../../src/core/debug-info/look-up.ts";
import { demangle } from "../../src/core/debug-info/names/demangle.ts";
import { romNames } from "../../src/core/debug-info/rom/rom-names.ts";
import { structureMembers } from "../../src/core/debug-info/structure-members.ts";
import { CRASH_CASES, crashProgram } from "../../test/support/crash/programs.ts";
import { mutated } from "../../test/support/mutation.ts";
import { type FuzzTarget, must } from "./fuzz-target.ts";

const PROGRAMS = ["c3-os-d5.elf", "c3-o0-d4.elf", "c3-o2-d5-debugframe.elf"].map((name) => crashProgram(name));
const CRASH_TEXTS = CRASH_CASES.filter((name) => /^(?:rv|xt|e8|rs|zephyr|nuttx)-/.test(name)).map((name) =>
  readFileSync(`test/fixtures/crash/${name}/input.txt`),
);
const CORE_DUMPS = CRASH_CASES.filter((name) => name.startsWith("core-")).map((name) =>
  readFileSync(`test/fixtures/crash/${name}/coredump.bin`),
);
const MANGLED = [
  "_ZZNK3hal6Driver4pollEiENKUliE_clEi",
  "_ZN9__gnu_cxx17__normal_iteratorIPKcSsEmmEi",
  "_ZN3hal4RingIiLi4EE4takeEi",
  "_ZNSt4pairISt17basic_string_viewIcSt11char_traitsIcEEiEC1IRA10_KcRiLb1EEEOT_OT0_",
].map((name) => new TextEncoder().encode(name));
const ROM_SCRIPTS = [
  "/* ROM */\nmemcpy = 0x4000c2c8;\nPROVIDE ( strlen = 0x400014c0 );\nPROVIDE_HIDDEN(a=0x40000004) ;\n",
  `${"PROVIDE ( ets_printf = 0x40000040 ); /* x */ ".repeat(40)}`,
].map((script) => new TextEncoder().encode(script));
const BOOT_TEXTS = [readFileSync("test/fixtures/crash/boot-01-lines/input.txt")];

const BINARY_LOGS = [readFileSync("test/fixtures/crash/binlog-01-embedded/input.bin")];

function withChecksums(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let at = 0; at + 3 < bytes.length; at++) {
    const size = (((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)) & 0x3ff;
    if ((bytes[at] !== 1 && bytes[at] !== 2) || size < 15 || at + size > bytes.length) continue;
    let crc = 0;
    for (const byte of bytes.subarray(at, at + size - 1)) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
    }
    bytes[at + size - 1] = crc;
    at += size - 1;
  }
  return bytes;
}

export const CRASH_TARGETS: readonly FuzzTarget[] = [
  {
    name: "debug-info",
    make: (random) => {
      const bytes = Uint8Array.from(PROGRAMS[random(PROGRAMS.length)] ?? []);
      // The damage is spread over the debug sections, which are most of the file.
      for (let count = 1 + random(8); count > 0; count--) bytes[52 + random(bytes.length - 52)] = random(256);
      return random(8) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
    },
    take: (bytes) => {
      const info = debugInfo(bytes);
      for (let address = 0x4200_0000; address < 0x4200_0400; address += 34) {
        const frames = lookUp(info, address)?.frames;
        must(frames === undefined || frames.length > 0, "a place without a frame");
        frameRules(info, address);
      }
      structureMembers(info, "none");
      must(info.problems.length <= 100, "problems without end");
    },
  },
  {
    name: "crash-text",
    make: (random) => mutated(random, CRASH_TEXTS),
    take: (bytes) => {
      const reader = crashReader({ programs: [debugInfo(PROGRAMS[0] ?? new Uint8Array(0))] });
      const text = Buffer.from(bytes).toString("latin1");
      for (const report of [...reader.push(text), ...reader.finish()]) {
        const frames = report.threads.flatMap((thread) => thread.frames);
        must(frames.length <= 1024, "a stack without end");
        must(crashText(report).length > 0, "a report without a word");
      }
    },
  },
  {
    name: "core-dump",
    make: (random) => mutated(random, CORE_DUMPS),
    take: (bytes) => {
      const { tasks } = readCoreDump(bytes);
      must(tasks.length <= 1024, "tasks without end");
    },
  },
  {
    name: "boot-text",
    make: (random) => mutated(random, BOOT_TEXTS),
    take: (bytes) => {
      const reader = bootReader();
      const text = Buffer.from(bytes).toString("latin1");
      for (const report of [...reader.push(text), ...reader.finish()]) {
        must(report.troubles.length <= 16, "troubles without end");
        bootText(report);
      }
    },
  },
  {
    name: "binary-log",
    // Frames whose checksum is wrong are no frames, so it is put right.
    make: (random) => withChecksums(mutated(random, BINARY_LOGS)),
    take: (bytes) => {
      const reader = binaryLogReader();
      const text = [reader.push(bytes), reader.flush()];
      must(
        text.every((part) => part.length < 1 << 20),
        "text without end",
      );
    },
  },
  {
    name: "rom-names",
    make: (random) => mutated(random, ROM_SCRIPTS),
    take: (bytes) => {
      const names = romNames(bytes);
      must(names.nameCount <= 65_536, "names without end");
      for (let address = 0x4000_0000; address < 0x4000_2000; address += 0x101) lookUp(names, address);
    },
  },
  {
    name: "mangled-name",
    make: (random) => mutated(random, MANGLED),
    take: (bytes) => {
      const name = demangle(new TextDecoder().decode(bytes));
      must(name === null || name.length < 40_000, "a name without end");
    },
  },
];
