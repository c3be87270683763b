import {
  blocksForFields,
  requireOneName,
  summaryJson,
  summaryLines,
  summaryRecords,
  summaryValue,
} from "../../../../efuse.ts";
import { checkOutput, writeOutput } from "../../../host/user-files.ts";
import { terminalColumns } from "../../../show/screen/wrap-text.ts";
import type { Prepare } from "../prepared.ts";

export const prepare: Prepare = async (context) => {
  const { host, options, print } = context;
  const names = context.arguments.words;
  const format = options.text("format");
  const file = options.text("file");
  if (format === "value_only") requireOneName(names);
  if (file !== undefined) await checkOutput(host, file);
  return {
    kind: "read",
    blocks: (table) => blocksForFields(table, names),
    async show(state) {
      const efuses = options.flag("json") ? summaryRecords(state, { names }) : {};
      const columns = file === undefined ? terminalColumns(host.stdout) : undefined;
      const text =
        format === "json"
          ? summaryJson(state, { names })
          : format === "value_only"
            ? summaryValue(state, { names })
            : summaryLines(state, { names, columns }).join("\n");
      if (file === undefined) {
        for (const line of text.split("\n")) print(line);
        return { efuses };
      }
      print(`Saving eFuse values to ${file}`);
      await writeOutput(host, file, new TextEncoder().encode(`${text}\n`));
      if (format !== "json") print("Done");
      return { efuses, file };
    },
  };
};
