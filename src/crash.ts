/** What a crash says: read from a console, with functions, files and lines. Runs anywhere. */

export type { ByteSource } from "./core/check/bytes.ts";
export type { ChipId, InstructionSet } from "./core/chip/types.ts";
export { type BinaryLogOptions, type BinaryLogReader, binaryLogReader } from "./core/crash/binary-log-reader.ts";
export type { BootReset, BootStart, BootTrouble, BootTroubleKind } from "./core/crash/boot/boot-start.ts";
export type { ResetKind } from "./core/crash/boot/reset-reasons.ts";
export { type BootReader, type BootReaderOptions, bootReader } from "./core/crash/boot-reader.ts";
export { coreDumpInLog } from "./core/crash/core-dump/core-dump-in-log.ts";
export { coreDumpText } from "./core/crash/core-dump-text.ts";
export type {
  BacktraceEntry,
  CoreState,
  CrashDump,
  CrashReason,
  CrashSource,
  CrashSystem,
  NamedAddress,
  StackRow,
} from "./core/crash/crash-dump.ts";
export { type CrashReader, type CrashReaderOptions, crashReader } from "./core/crash/crash-reader.ts";
export { crashText, locationText } from "./core/crash/crash-text.ts";
export { type BootReport, bootText, decodeBoot } from "./core/crash/decode-boot.ts";
export { type CrashReport, type CrashThread, decodeCrash } from "./core/crash/decode-crash.ts";
export type { CrashFrame } from "./core/crash/decoder.ts";
export type { ProgramMatch } from "./core/crash/programs.ts";
export { type CoreDump, type CoreDumpTask, readCoreDump } from "./core/crash/read-core-dump.ts";
export type { StackEnd } from "./core/crash/unwind/unwind-by-rules.ts";
export { type DebugInfo, type DebugInfoOptions, debugInfo } from "./core/debug-info/debug-info.ts";
export type { DebugInfoProblem } from "./core/debug-info/dwarf/sections.ts";
export { frameRules } from "./core/debug-info/frame-rules.ts";
export { type CodeFrame, type CodeLocation, lookUp } from "./core/debug-info/look-up.ts";
export { lookUpAmong, type Program, type ProgramLocation } from "./core/debug-info/look-up-among.ts";
export { demangle } from "./core/debug-info/names/demangle.ts";
export { type RomNames, romNames } from "./core/debug-info/rom/rom-names.ts";
export { structureMembers } from "./core/debug-info/structure-members.ts";
export type { FrameRules, RegisterRule } from "./core/debug-info/unwind/run-frame-program.ts";
export type { ElfMachine } from "./core/elf/elf.ts";
export type { Decompressors } from "./core/elf/section-contents.ts";
export * from "./core/errors-at-doors.ts";
