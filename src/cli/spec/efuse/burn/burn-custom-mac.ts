import type { CommandSpec } from "../../types.ts";
import { FORCE_WRITE_ALWAYS } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "burn-custom-mac",
  description: "Burns a MAC address of your own.",
  arguments: [{ name: "MAC", kind: "text", summary: "Six bytes, as AA:CD:EF:01:02:03" }],
  options: [FORCE_WRITE_ALWAYS],
  examples: [
    { command: "espefuse --chip esp32s3 --virt burn-custom-mac AA:CD:EF:01:02:03", what: "a unicast address" },
  ],
  scopes: ["burn"],
};
