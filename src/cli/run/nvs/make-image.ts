import { makeNvs, makeNvsFromCsv } from "../../../nvs.ts";
import type { RunContext, RunResult } from "../../context.ts";
import { readInput, writeOutput } from "../../host/user-files.ts";
import { readNvsInput, showProblems } from "./nvs-input.ts";

/** Makes the image and writes it; `keys`: encrypted with them. */
export async function writeNvsImage(context: RunContext, output: string, keys: Uint8Array | null): Promise<RunResult> {
  const { host, options, print } = context;
  const input = context.arguments.text("INPUT");
  const sizeBytes = Number(context.arguments.size("SIZE"));
  const version = options.text("version") === "1" ? 1 : 2;
  const making = { sizeBytes, version, ...(keys !== null && { keys }) } as const;
  const isCsv = !/\.(?:json|ya?ml)$/i.test(input);
  const made = isCsv
    ? await makeNvsFromCsv([new TextDecoder().decode(await readInput(host, input))], {
        ...making,
        asOriginal: !options.flag("by-name"),
        readFile: async (path) => await readInput(host, path),
      })
    : makeNvs((await readNvsInput(context, input)).entries, making);
  showProblems(context, made.problems);
  await writeOutput(host, output, made.image, { isPrivate: keys === null });
  print(`Wrote ${made.image.length} bytes to '${output}'.`);
  return { input, output, sizeBytes: made.image.length, version, encrypted: keys !== null };
}
