import { type BurnRequest, bytesToBits, findBlock, holdsSecret } from "../../../../efuse.ts";
import { EspError } from "../../../../index.ts";
import { readInput } from "../../../host/user-files.ts";
import type { Prepare } from "../prepared.ts";
import { refuseRepeated } from "./refuse-repeated.ts";
import { wordsInGroups } from "./words-in-groups.ts";

export const prepare: Prepare = async ({ host, arguments: words, options, print }) => {
  const groups = wordsInGroups(words.words, 2, "BLOCK FILE");
  const offset = options.number("offset") ?? 0;
  if (offset > 0 && groups.length > 1) {
    throw new EspError("argument.conflict", "The 'offset' option is not applicable when a few blocks are passed.", {
      hint: "Burn one block a command.",
    });
  }
  const names = groups.map(([block = ""]) => block);
  // Before anything is read: the line is wrong whatever the files are.
  refuseRepeated(names);
  const requests: Extract<BurnRequest, { kind: "block-data" }>[] = [];
  for (const [block = "", file = ""] of groups) {
    const data = await readInput(host, file, "key");
    requests.push({ kind: "block-data", block, data, offset, force: options.flag("force-write-always") });
  }
  return {
    kind: "burn",
    requests(table) {
      refuseRepeated(names, (name) => findBlock(table, name).name);
      return requests;
    },
    announce(outcomes, state) {
      requests.forEach(({ block, data }, index) => {
        const found = findBlock(state.table, block);
        const { id, name } = found;
        const bits = bytesToBits(data) << BigInt(8 * offset);
        // By the block, not by what changes in it: a key that is there already is as secret.
        const bytes = holdsSecret(state, found, bits)
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
