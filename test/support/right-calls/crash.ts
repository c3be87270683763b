import { readFileSync } from "node:fs";
import { bootReader, crashReader, debugInfo, lookUp, readCoreDump, romNames } from "../../../src/crash.ts";
import { crashProgram } from "../crash/programs.ts";
import { type RightCalls, whole } from "./types.ts";

const program = (): Uint8Array => crashProgram("c3-os-d5.elf") ?? new Uint8Array(0);
const info = () => whole(debugInfo(program()));
const script = new TextEncoder().encode("memcpy = 0x40000010;");
const names = () => whole(romNames(script));
const text = readFileSync("test/fixtures/crash/rv-01-load-fault-os-d5/input.txt", "latin1");
const dump = (): Uint8Array => readFileSync("test/fixtures/crash/core-01-esp32c3-elf-crc/coredump.bin");

const start = () => whole(bootReader().push("rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\n x\n")[0] ?? {});

export const CRASH: RightCalls = {
  binaryLogReader: { args: () => [{ programs: [info()], bootloaders: [info()] }] },
  bootReader: { args: () => [{ programs: [info()], onBoot: () => {} }] },
  bootText: { args: () => [start()] },
  coreDumpInLog: { args: () => [text] },
  coreDumpText: { args: () => [whole(readCoreDump(dump()))] },
  crashReader: { args: () => [{ programs: [info()], onCrash: () => {} }] },
  crashText: { args: () => [whole(crashReader().push(text)[0] ?? {})] },
  debugInfo: { args: () => [program(), { zstd: () => new Uint8Array(0) }] },
  decodeBoot: { args: () => [start(), [info()]] },
  decodeCrash: { args: () => [whole((crashReader().push(text)[0] ?? { dump: {} }).dump), [info()]] },
  demangle: { args: () => ["_Z1fv"] },
  frameRules: { args: () => [info(), 0x42000066] },
  locationText: { args: () => [whole(lookUp(info(), 0x42000066) ?? {})] },
  lookUp: { args: () => [info(), 0x42000066] },
  lookUpAmong: { args: () => [[info(), names()], 0x42000066] },
  romNames: { args: () => [script] },
  readCoreDump: { args: () => [dump(), [info()]] },
  structureMembers: { args: () => [info(), "task"] },
};
