import { EspError } from "../../../index.ts";
import { askLine } from "../../ask-line.ts";
import type { RunContext } from "../context.ts";

/** What has to be typed, exactly (fact sheet A3). */
const WORD = "BURN";

/**
 * Asks whether to burn, with the plan where it has not been shown yet. Resolves when it may go on; throws `efuse.not-confirmed` when it may not, so that a script sees
 * that nothing was burned.
 */
export async function confirmBurn({ options, print, host }: RunContext, plan: readonly string[]): Promise<void> {
  // Markers that scripts wait for.
  print(". ");
  print("This is an irreversible operation!");
  if (options.flag("do-not-confirm")) return;
  const on = options.flag("json") || options.flag("silent") ? "stderr" : "stdout";
  if (on === "stderr") host.stderr.write(`${plan.join("\n")}\n`);
  const answer = await askLine(host, { text: `Type '${WORD}' (all capitals) to continue.\n`, echo: true, on });
  if (answer === WORD) return;
  print("Aborting.");
  throw new EspError("efuse.not-confirmed", "Nothing was burned: it was not confirmed.", {
    hint: `Type ${WORD} when asked, or run with --do-not-confirm.`,
    details: { answered: answer !== null },
  });
}
