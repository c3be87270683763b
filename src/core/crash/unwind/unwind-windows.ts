import { windowedAddress } from "./machines.ts";
import type { StackMemory } from "./stack-memory.ts";
import type { StackEnd, UnwoundFrame } from "./unwind-by-rules.ts";

const MOST_FRAMES = 128;
/** A call is an instruction of three bytes. */
const CALL_BYTES = 3;

export interface WindowsStart {
  readonly pc: number;
  readonly a0: number;
  readonly a1: number;
  readonly memory: StackMemory;
}

/**
 * Follows a stack of register windows: below each frame's stack pointer its caller's A0 and A1 were saved (base save area). Fact
 * sheet of crashes, section 8.
 */
export function unwindWindows({ pc, a0, a1, memory }: WindowsStart): { frames: UnwoundFrame[]; end: StackEnd } {
  const frames: UnwoundFrame[] = [{ pc, lookUpAddress: pc }];
  let next = a0;
  let sp = a1;
  while (next !== 0) {
    if (frames.length >= MOST_FRAMES) return { frames, end: "too-deep" };
    const address = windowedAddress(next);
    frames.push({ pc: address, lookUpAddress: address - CALL_BYTES });
    const callerNext = memory.wordAt(sp - 16);
    const callerSp = memory.wordAt(sp - 12);
    if (callerNext === null || callerSp === null) return { frames, end: "memory-ends" };
    // The stack grows downwards: a caller's is above.
    if (callerNext !== 0 && callerSp <= sp) return { frames, end: "damaged" };
    next = callerNext;
    sp = callerSp;
  }
  return { frames, end: "outermost" };
}
