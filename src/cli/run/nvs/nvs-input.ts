// Shelf: the commands for NVS, and what they share: inputs, keys, outputs, and where the partition is.
// In: a `RunContext`.
// Out: the result object.

import {
  EspError,
  type NvsEntry,
  type NvsNamespaceEntry,
  type NvsProblem,
  readNvsCsv,
  readNvsObject,
} from "../../../nvs.ts";
import { CLI_SESSION, type RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { refuseUtf16 } from "../../host/utf8-text.ts";

type Entries = readonly (NvsEntry | NvsNamespaceEntry)[];

/** Files that the input names are taken from the current folder, as the original generator does. */
export async function readNvsInput(
  { host }: RunContext,
  input: string,
): Promise<{ readonly entries: Entries; readonly isCsv: boolean }> {
  const bytes = await readInput(host, input);
  refuseUtf16(bytes, input);
  const text = new TextDecoder().decode(bytes);
  const readFile = async (path: string): Promise<Uint8Array> => await readInput(host, path);
  if (/\.json$/i.test(input))
    return { entries: await readNvsObject(parseJson(text, input), { readFile }), isCsv: false };
  if (/\.ya?ml$/i.test(input))
    return { entries: await readNvsObject(await parseYaml(text, input), { readFile }), isCsv: false };
  return { entries: await readNvsCsv([text], { readFile }), isCsv: true };
}

function parseJson(text: string, input: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The system's words repeat a part of the text, which could be a secret.
    throw notReadable(input, "JSON", null, null);
  }
}

async function parseYaml(text: string, input: string): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  // What it warns of would go to the process's own warnings, with a part of the text, which could be a secret.
  const document = parseDocument(text, { prettyErrors: true, intAsBigInt: true, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined)
    throw notReadable(input, "YAML", error.linePos?.[0].line ?? null, error.linePos?.[0].col ?? null);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw notReadable(input, "YAML", null, null);
  }
}

function notReadable(input: string, form: string, line: number | null, column: number | null): EspError {
  const where = line === null ? "" : ` at line ${line}, column ${column}`;
  return new EspError("nvs.invalid-input", `The file '${input}' is no ${form}${where}.`, {
    hint: 'The form is { "namespace": { "key": { "type": "u8", "value": 42 } } }.',
    details: { reason: "bad-form", file: input, line, column },
  });
}

/** What is wrong and stopped nothing, as warnings. */
export function showProblems({ emit }: RunContext, problems: readonly NvsProblem[]): void {
  for (const { code, message, offset, namespace, key } of problems) {
    const where = [
      ...(offset === null ? [] : [`offset 0x${offset.toString(16)}`]),
      ...(key === null || offset === null ? [] : [`${namespace ?? "?"}/${key}`]),
    ];
    const shown = where.length === 0 ? message : `${message} (${where.join(", ")})`;
    emit({ session: CLI_SESSION, type: "warning", code, message: shown, details: { offset, namespace, key } });
  }
}
