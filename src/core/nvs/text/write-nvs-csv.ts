import { toHex } from "../../bytes/hex.ts";
import { listOf } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { checkEntry } from "../make/check-entries.ts";
import type { NvsEntry } from "../nvs-values.ts";

/**
 * The entries as the original generator's CSV, namespace by namespace; blobs as hexadecimal digits. Throws `nvs.invalid-input`
 * for a string that this CSV cannot hold: with a line that begins with `#`, or a carriage return.
 */
export function nvsCsv(entries: readonly NvsEntry[]): string {
  const namespaces = new Map<string, NvsEntry[]>();
  for (const entry of listOf(checkEntry)(entries, "entries"))
    namespaces.set(entry.namespace, [...(namespaces.get(entry.namespace) ?? []), entry]);
  const rows = [...namespaces].flatMap(([name, keys]) => [`${quoted(name)},namespace,,`, ...keys.map(row)]);
  return `${["key,type,encoding,value", ...rows].join("\n")}\n`;
}

function row(entry: NvsEntry): string {
  const key = quoted(entry.key);
  if (entry.type === "blob") return `${key},data,hex2bin,${toHex(entry.value)}`;
  if (entry.type !== "string") return `${key},data,${entry.type},${entry.value}`;
  if (!/\r|\n#/.test(entry.value)) return `${key},data,string,${quoted(entry.value)}`;
  throw new EspError(
    "nvs.invalid-input",
    `CSV cannot hold the string '${entry.key}', for its line ends or a # behind one.`,
    {
      hint: "Write JSON instead.",
      details: { reason: "bad-csv", line: null, column: null, namespace: entry.namespace, key: entry.key },
    },
  );
}

/** A name that begins with # would be taken for a comment, quoted or not: the quotes stand before it. */
function quoted(text: string): string {
  return /[",\n#]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
