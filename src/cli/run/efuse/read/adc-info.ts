import { adcInfo, adcInfoLines, blocksForAdcInfo } from "../../../../efuse.ts";
import type { Prepare } from "../prepared.ts";

export const prepare: Prepare = ({ print }) => ({
  kind: "read",
  blocks: blocksForAdcInfo,
  show(state) {
    const info = adcInfo(state);
    for (const line of adcInfoLines(info)) print(line);
    return { adc: info };
  },
});
