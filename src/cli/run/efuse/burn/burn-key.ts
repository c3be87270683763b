import { type BurnRequest, curvesFor, type EfuseTable, findBlock, findKeyPurpose } from "../../../../efuse.ts";
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
      const requests: BurnRequest[] = [];
      const groups = groupsFor(table, words.words);
      refuseSameTarget(table, groups);
      for (const [block = "", file = "", purpose] of groups) {
        const isEcdsa = purpose !== undefined && curvesFor(table, findKeyPurpose(table, purpose)) !== null;
        const key = isEcdsa ? await files.ecdsa(file) : await files.raw(file);
        requests.push({ kind: "key", block, key, ...(purpose !== undefined && { purpose }), ...protection });
      }
      return requests;
    },
    announce(outcomes, { table }) {
      const keys = outcomes.flatMap(({ request, changes, remarks }) =>
        request.kind !== "key"
          ? []
          : [
              {
                // On the ESP32-C2 a key may be half a block.
                block: changes.find(({ secret }) => secret)?.field ?? findBlock(table, request.block).name,
                bytes: request.key.kind === "raw" ? request.key.bytes : request.key.scalar,
                remarks: remarks.map(({ message }) => message),
              },
            ],
      );
      for (const line of keyLines(context, keys)) print(line);
    },
  };
};

/** Before files are read: a line that names a place twice is wrong whatever they hold. */
function refuseSameTarget(table: EfuseTable, groups: readonly (readonly string[])[]): void {
  const blocks = groups.map(([block = ""]) => block);
  // The ESP32-C2 has one key block, of which two purposes share the halves.
  if (table.chip === "esp32c2") refuseRepeated(groups.map(([, , purpose = ""]) => purpose));
  else refuseRepeated(blocks, (name) => findBlock(table, name).name);
}

/** The ESP32 has no purposes: there the name of the block says what the key is for. */
function groupsFor({ keyPurposes }: EfuseTable, words: readonly string[]): readonly (readonly string[])[] {
  return keyPurposes.length === 0
    ? wordsInGroups(words, 2, "BLOCK KEYFILE")
    : wordsInGroups(words, 3, "BLOCK KEYFILE KEYPURPOSE");
}
