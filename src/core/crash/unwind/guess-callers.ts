import type { DebugInfo } from "../../debug-info/debug-info.ts";
import { followsCall, isCode } from "./programs.ts";

const MOST_GUESSES = 16;

/**
 * Words that may be return addresses: they are in code, right behind a call. Some are left over from calls that are long over, so
 * each is a guess.
 */
export function guessCallers(
  programs: readonly DebugInfo[],
  words: Iterable<number>,
  most: number = MOST_GUESSES,
): number[] {
  const guesses: number[] = [];
  for (const word of words) {
    if (guesses.length >= most) break;
    if (isCode(programs, word) && followsCall(programs, word)) guesses.push(word);
  }
  return guesses;
}
