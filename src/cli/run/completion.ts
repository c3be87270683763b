import { EspError } from "../../index.ts";
import type { RunCommand } from "../context.ts";
import type { SHELLS } from "../spec/completion.ts";
import { completionScript } from "./completion-script.ts";

export const run: RunCommand = async (context) => {
  const { host, arguments: words, options } = context;
  const action = words.text("SHELL");
  if (action === "install" || action === "uninstall") {
    return await (await import("./install-completion.ts")).installCompletion(context, action);
  }
  if (words.text("FOR") !== "auto") {
    throw new EspError("argument.invalid", `There is a word too many: '${words.text("FOR")}'.`, {
      hint: "A second shell is taken behind install and uninstall only.",
    });
  }
  // The declaration of the argument allows these words only.
  const shell = action as (typeof SHELLS)[number];
  const script = completionScript(shell);
  // Also with --silent: the script is what was asked for.
  if (!options.flag("json")) host.stdout.write(script);
  return { shell, script };
};
