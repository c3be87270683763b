import { debugInfo } from "../../../src/crash.ts";
import { crashProgram } from "../crash/programs.ts";
import { type RightCalls, whole } from "./types.ts";

const program = (): Uint8Array => crashProgram("c3-os-d5.elf") ?? new Uint8Array(0);
const info = () => whole(debugInfo(program()));

export const CRASH: RightCalls = {
  debugInfo: { args: () => [program()] },
  demangle: { args: () => ["_Z1fv"] },
  frameRules: { args: () => [info(), 0x42000066] },
  lookUp: { args: () => [info(), 0x42000066] },
  structureMembers: { args: () => [info(), "task"] },
};
