import { checkWord } from "../check/numbers.ts";
import { checkDebugInfo, type DebugInfo } from "./debug-info.ts";
import { problemOf } from "./dwarf/sections.ts";
import { descriptionAt } from "./unwind/frame-table.ts";
import { type FrameRules, frameRulesAt } from "./unwind/run-frame-program.ts";

/**
 * How to find the caller of the function at an address of code; null where the file does not tell, as of most assembler and of
 * ROM. Of a return address ask for the address before it.
 */
export function frameRules(info: DebugInfo, address: number): FrameRules | null {
  const open = checkDebugInfo(info, "info");
  checkWord(address, "address");
  const description = descriptionAt(open.frames, address);
  if (description === null) return null;
  try {
    return frameRulesAt(description, address);
  } catch (error) {
    open.report(problemOf(error, description.section, description.start));
    return null;
  }
}
