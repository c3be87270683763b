import { EspError } from "../../../index.ts";
import { CLI_SESSION, type RunContext } from "../../context.ts";
import { askLine } from "../../show/ask/ask-line.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { fittedText } from "../../show/screen/wrap-text.ts";
import { shown } from "../../show/shown.ts";

/** What has to be typed, exactly (fact sheet A3). */
const WORD = "BURN";

/**
 * Asks whether to burn, with the plan where it has not been shown yet. Resolves when it may go on; throws `efuse.not-confirmed` when it may not, so that a script sees
 * that nothing was burned, and `output.unwritable` when not all of it could be shown.
 */
export async function confirmBurn(context: RunContext, plan: readonly string[]): Promise<void> {
  const { options, print, emit, host } = context;
  // Markers that scripts wait for.
  print(". ");
  print("This is an irreversible operation!");
  // In JSON nothing else would be said before it is too late, and it would burn where nothing can be said.
  if (options.flag("json")) {
    emit({ session: CLI_SESSION, type: "note", code: "efuse.plan", message: plan.join("\n") });
  }
  if (!options.flag("do-not-confirm")) await askToBurn(context, plan);
  await shown(host);
}

async function askToBurn({ options, print, host, signal }: RunContext, plan: readonly string[]): Promise<void> {
  const on = options.flag("json") || options.flag("silent") ? "stderr" : "stdout";
  if (on === "stderr") host.stderr.write(`${fittedText(harmlessText(plan.join("\n")), host.stderr)}\n`);
  await shown(host);
  // Whoever types the word without having seen the plan does not know what it is for.
  if (host[on].isBroken) throw notConfirmed("nobody could see what was to be burned", false);
  const answer = await askLine(host, { text: `Type '${WORD}' (all capitals) to continue.\n`, echo: true, on, signal });
  if (host[on].isBroken) throw notConfirmed("nobody could see the question", answer !== null);
  if (answer === WORD) return;
  print("Aborting.");
  throw notConfirmed("it was not confirmed", answer !== null);
}

function notConfirmed(why: string, answered: boolean): EspError {
  return new EspError("efuse.not-confirmed", `Nothing was burned: ${why}.`, {
    hint: `Type ${WORD} when asked, or run with --do-not-confirm.`,
    details: { answered },
  });
}
