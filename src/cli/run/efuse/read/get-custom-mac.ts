import { blocksForCustomMac, customMac, customMacLine } from "../../../../efuse.ts";
import type { Prepare } from "../prepared.ts";

export const prepare: Prepare = ({ print }) => ({
  kind: "read",
  blocks: blocksForCustomMac,
  show(state) {
    const found = customMac(state);
    print(customMacLine(found));
    return { ...found };
  },
});
