import { type BurnRequest, findBlock } from "../../../../efuse.ts";
import type { Prepare } from "../prepared.ts";
import { keyFiles } from "./key-files.ts";
import { keyLines, keyProtection } from "./key-options.ts";
import { refuseRepeated } from "./refuse-repeated.ts";
import { wordsInGroups } from "./words-in-groups.ts";

export const prepare: Prepare = (context) => {
  const { arguments: words, print } = context;
  const files = keyFiles(context);
  return {
    kind: "burn",
    async requests(table): Promise<BurnRequest[]> {
      const protection = keyProtection(context, table);
      if (table.chip === "esp32" || table.chip === "esp32c2") {
        const groups = wordsInGroups(words.words, 1, "one KEYFILE");
        const requests: BurnRequest[] = [];
        for (const [file = ""] of groups) {
          requests.push({ kind: "key-digest", digest: await files.digest(file), ...protection });
        }
        return requests;
      }
      const requests: BurnRequest[] = [];
      const groups = wordsInGroups(words.words, 3, "BLOCK KEYFILE KEYPURPOSE");
      refuseRepeated(
        groups.map(([block = ""]) => block),
        (name) => findBlock(table, name).name,
      );
      for (const [block = "", file = "", purpose = ""] of groups) {
        requests.push({ kind: "key-digest", digest: await files.digest(file), block, purpose, ...protection });
      }
      return requests;
    },
    announce(outcomes) {
      const keys = outcomes.flatMap(({ request, changes, remarks }) =>
        request.kind !== "key-digest"
          ? []
          : [
              {
                block: changes.find(({ secret }) => secret)?.field ?? request.block ?? "the block for the digest",
                bytes: request.digest,
                remarks: remarks.map(({ message }) => message),
              },
            ],
      );
      for (const line of keyLines(context, keys)) print(line);
    },
  };
};
