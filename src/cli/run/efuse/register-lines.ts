import { dumpLines, type EfuseState } from "../../../efuse.ts";
import type { RunContext } from "../../context.ts";

/** With `--debug`, the words of every block as they were read (fact sheet A14). */
export function registerLines({ options }: RunContext, state: EfuseState): readonly string[] {
  return options.flag("debug") ? dumpLines(state).map((line) => line.replace(" dump: ", " read_regs: ")) : [];
}
