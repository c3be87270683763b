import { blockBytes, dumpFiles, dumpHexLines, dumpLines } from "../../../../efuse.ts";
import { refuseSeveralToStdout } from "../../../host/output-name.ts";
import { checkOutput, writeOutput } from "../../../host/user-files.ts";
import type { Prepare } from "../prepared.ts";

export const prepare: Prepare = async ({ host, options, print }) => {
  const format = options.text("format");
  const file = options.text("file-name");
  if (format !== "joint") refuseSeveralToStdout(file, "Choose --format joint, or name a file.");
  if (file !== undefined) await checkOutput(host, file);
  return {
    kind: "read",
    blocks: (table) => table.blocks.map(({ id }) => id),
    async show(state) {
      const blocks = [...state.blocks.values()].map((block) => ({ block: block.id, bytes: blockBytes(block) }));
      if (file === undefined) {
        for (const line of format === "default" ? dumpLines(state) : dumpHexLines(state)) print(line);
        return { blocks };
      }
      const files = dumpFiles(state, file, format === "joint" ? "joint" : "split");
      for (const { name, contents, block } of files) {
        await writeOutput(host, name, contents);
        print(block === null ? `Dump all eFuse blocks -> ${name}` : `Dump eFuse block${block} -> ${name}`);
      }
      return { blocks, files: files.map(({ name }) => name) };
    },
  };
};
