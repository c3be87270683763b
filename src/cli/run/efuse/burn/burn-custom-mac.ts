import { blocksForCustomMac, customMac, customMacLine } from "../../../../efuse.ts";
import type { Prepare } from "../prepared.ts";
import { changeLines } from "./change-lines.ts";

export const prepare: Prepare = ({ arguments: words, options, print }) => {
  const mac = words.text("MAC");
  return {
    kind: "burn",
    requests: () => [{ kind: "custom-mac", mac, force: options.flag("force-write-always") }],
    announce(outcomes, state) {
      for (const { changes, remarks } of outcomes) {
        for (const line of changeLines(changes, state)) print(line);
        for (const { message } of remarks) print(message);
      }
    },
    blocks: blocksForCustomMac,
    afterBurn: (state) => print(customMacLine(customMac(state))),
  };
};
