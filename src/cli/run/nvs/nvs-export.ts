import { nvsCsv, nvsObject } from "../../../nvs.ts";
import type { RunCommand } from "../../context.ts";
import { checkOutput, writePrecious } from "../../host/user-files.ts";
import { readTarget } from "./nvs-target.ts";

export const run: RunCommand = async (context) => {
  const output = context.arguments.text("OUTPUT");
  await checkOutput(context.host, output);
  const { contents, fields } = await readTarget(context);
  const entries = contents.entries.filter(({ namespace }) => namespace !== "");
  const text = /\.csv$/i.test(output) ? nvsCsv(entries) : `${JSON.stringify(nvsObject(entries), null, 2)}\n`;
  const data = new TextEncoder().encode(text);
  await writePrecious(context.host, output, data, { what: "What was read", isPrivate: true });
  context.print(`Wrote ${entries.length} entries to '${output}'.`);
  return { ...fields, output, entries: entries.length, damaged: contents.damaged.length };
};
