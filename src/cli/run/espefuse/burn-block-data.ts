import { type BurnRequest, findBlock } from "../../../efuse.ts";
import { EspError } from "../../../index.ts";
import { readInput } from "../files.ts";
import type { Prepare } from "./prepared.ts";
import { wordsInGroups } from "./words-in-groups.ts";

export const prepare: Prepare = async ({ host, arguments: words, options, print }) => {
  const groups = wordsInGroups(words.words, 2, "BLOCK FILE");
  const offset = options.number("offset") ?? 0;
  if (offset > 0 && groups.length > 1) {
    throw new EspError("argument.conflict", "The 'offset' option is not applicable when a few blocks are passed.", {
      hint: "Burn one block a command.",
    });
  }
  const requests: Extract<BurnRequest, { kind: "block-data" }>[] = [];
  for (const [block = "", file = ""] of groups) {
    const data = await readInput(host, file);
    requests.push({ kind: "block-data", block, data, offset, force: options.flag("force-write-always") });
  }
  return {
    kind: "burn",
    requests: () => requests,
    announce(outcomes, { table }) {
      requests.forEach(({ block, data }, index) => {
        const { id, name } = findBlock(table, block);
        const isSecret = outcomes[index]?.changes.some(({ secret }) => secret) ?? false;
        const bytes = isSecret
          ? Array.from(data, () => "??").join(" ")
          : Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
        const place = `[${String(id).padStart(2, "0")}] ${name.padEnd(20)}`;
        print(
          `${place} size=${String(data.length).padStart(2, "0")} bytes, offset=${String(offset).padStart(2, "0")} - > [${bytes}].`,
        );
        for (const { message } of outcomes[index]?.remarks ?? []) print(`\t${message}`);
      });
    },
  };
};
