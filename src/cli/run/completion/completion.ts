// Shelf: the completion scripts: printed, and put where the shell finds them.
// In: which shell.
// Out: the script.

import type { RunCommand } from "../../context.ts";
import type { SHELLS } from "../../spec/completion/completion.ts";
import { completionScript } from "./completion-script.ts";

export const run: RunCommand = async ({ host, arguments: words, options }) => {
  // The declaration of the argument allows these words only.
  const shell = words.text("SHELL") as (typeof SHELLS)[number];
  const script = completionScript(shell);
  // Also with --silent: the script is what was asked for.
  if (!options.flag("json")) host.stdout.write(script);
  return { shell, script };
};
