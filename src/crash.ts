/** What a crash says: addresses become functions, files and lines. Runs anywhere. */
export type { ByteSource } from "./core/check/bytes.ts";
export type { InstructionSet } from "./core/chip/types.ts";
export { type DebugInfo, debugInfo } from "./core/debug-info/debug-info.ts";
export type { DebugInfoProblem } from "./core/debug-info/dwarf/sections.ts";
export { frameRules } from "./core/debug-info/frame-rules.ts";
export { type CodeFrame, type CodeLocation, lookUp } from "./core/debug-info/look-up.ts";
export { demangle } from "./core/debug-info/names/demangle.ts";
export { structureMembers } from "./core/debug-info/structure-members.ts";
export type { FrameRules, RegisterRule } from "./core/debug-info/unwind/run-frame-program.ts";
export type { ElfMachine } from "./core/elf/elf.ts";
