import type { RunCommand } from "../../context.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { readContents } from "./read-image.ts";

export const run: RunCommand = async (context) => {
  const { contents, fields } = await readContents(context);
  const { kind, entries, problems } = contents;
  const width = Math.max(4, ...entries.map(({ sizeBytes }) => String(sizeBytes).length));
  for (const { kind: what, path, sizeBytes, modifiedMs } of entries) {
    const time = modifiedMs === null ? "" : new Date(modifiedMs).toISOString().slice(0, 16).replace("T", " ");
    const size = what === "directory" ? "" : String(sizeBytes);
    context.print(
      `${size.padStart(width)}  ${time.padEnd(16)}  ${harmlessText(path)}${what === "directory" ? "/" : ""}`,
    );
  }
  if (entries.length === 0) context.print("There are no files.");
  const files = entries.map(({ content, attributes, ...entry }) => ({
    ...entry,
    isWhole: entry.kind === "directory" || content !== null,
  }));
  return { ...fields, kind, entries: files, problems };
};
