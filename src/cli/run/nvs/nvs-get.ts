import { EspError, type NvsContents, type NvsStoredEntry, nvsObject } from "../../../nvs.ts";
import type { RunCommand, RunContext } from "../../context.ts";
import { readTarget } from "./nvs-target.ts";

export const run: RunCommand = async (context) => {
  const [namespace, key] = namesOf(context);
  const { contents, fields } = await readTarget(context);
  const entries = contents.entries.filter(
    (entry) => (namespace === undefined || entry.namespace === namespace) && (key === undefined || entry.key === key),
  );
  if (namespace !== undefined && entries.length === 0) throw missing(contents, namespace, key);
  const inClear = context.options.flag("show-sensitive-info");
  for (const entry of entries)
    context.print(`${entry.namespace}/${entry.key} ${entry.type} ${shownValue(entry, inClear)}`);
  if (entries.length === 0) context.print("There are no entries.");
  const shown = entries.map((entry) => ({
    namespace: entry.namespace,
    key: entry.key,
    ...(inClear || entry.stored === null
      ? nvsObject([{ ...entry, namespace: "n", key: "k" }])["n"]?.["k"]
      : { type: entry.type, sizeBytes: entry.stored.length }),
  }));
  return { ...fields, entries: shown, damaged: contents.damaged.length, problems: contents.problems };
};

/** A namespace and a key, as far as they are given. */
export function namesOf({ arguments: given }: RunContext): readonly [string | undefined, string | undefined] {
  const [namespace, key, ...more] = given.words;
  if (more.length > 0)
    throw new EspError("argument.invalid", "There is more than a namespace and a key.", {
      hint: "Quote names with blanks in them.",
    });
  return [namespace, key];
}

/** Passwords are strings and blobs: their lengths alone are shown. */
function shownValue({ type, value, stored }: NvsStoredEntry, inClear: boolean): string {
  if (stored === null) return String(value);
  if (!inClear) return `(${stored.length} bytes)`;
  return type === "string" ? JSON.stringify(value) : Buffer.from(stored).toString("hex");
}

function missing({ damaged, namespaces }: NvsContents, namespace: string, key: string | undefined): EspError {
  const isDamaged = damaged.some((entry) => entry.namespace === namespace && (key === undefined || entry.key === key));
  if (isDamaged)
    return new EspError("nvs.damaged", "What is there is damaged, and its value cannot be had.", {
      hint: "Set it again, or erase it.",
      details: { namespace, key },
    });
  return new EspError(
    "nvs.missing",
    `There is no ${key === undefined ? "entry in" : `key '${key}' in`} the namespace '${namespace}'.`,
    {
      hint: `Namespaces there are: ${namespaces.map(({ name }) => name).join(", ") || "none"}.`,
      details: { namespace, key },
    },
  );
}
