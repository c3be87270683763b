import { EspError } from "../../index.ts";

/**
 * The name of an output that was not given, made of the input's. Throws `argument.invalid` where the input is standard
 * input, which has none.
 */
export function outputNameFor(input: string, nameOf: (input: string) => string): string {
  if (input !== "-") return nameOf(input);
  throw new EspError("argument.invalid", "Standard input has no name that the output could be called after.", {
    hint: "Name it: --output FILE, or --output - for standard output.",
  });
}

/** Throws `argument.invalid` where standard output should take several files, or what is a part of several. */
export function refuseSeveralToStdout(output: string | undefined, hint: string): void {
  if (output !== "-") return;
  throw new EspError("argument.invalid", "Standard output (-) has room for one file, and this makes several.", {
    hint,
  });
}
