import { EspError } from "../../../nvs.ts";
import type { RunContext } from "../../context.ts";

/** An output under the folder of --outdir, if its name is relative. */
export function inFolder({ options }: RunContext, name: string): string {
  const folder = options.text("outdir");
  return folder === undefined || /^(?:[\\/]|[A-Za-z]:)/.test(name) ? name : `${folder.replace(/[\\/]+$/, "")}/${name}`;
}

/** As the original generator has it, which other steps of a build rely on. Throws `nvs.output-name`. */
export function imageOutput(context: RunContext): string {
  const output = context.arguments.text("OUTPUT");
  if (output.endsWith(".bin")) return inFolder(context, output);
  throw new EspError("nvs.output-name", `The name '${output}' does not end with .bin.`, {
    hint: "Give the image such a name.",
    details: { output },
  });
}
