import type { Prepare } from "./prepared.ts";

/** Where the code of each command lives; nothing of a command is loaded before it is needed. */
export const EFUSE_COMMANDS: Readonly<Record<string, () => Promise<{ readonly prepare: Prepare }>>> = {
  summary: () => import("./summary.ts"),
  dump: () => import("./dump.ts"),
  "get-custom-mac": () => import("./get-custom-mac.ts"),
  "adc-info": () => import("./adc-info.ts"),
  "check-error": () => import("./check-error.ts"),
  "burn-efuse": () => import("./burn-efuse.ts"),
  "burn-key": () => import("./burn-key.ts"),
  "burn-key-digest": () => import("./burn-key-digest.ts"),
  "burn-block-data": () => import("./burn-block-data.ts"),
  "burn-bit": () => import("./burn-bit.ts"),
  "burn-custom-mac": () => import("./burn-custom-mac.ts"),
  "set-flash-voltage": () => import("./set-flash-voltage.ts"),
  "read-protect-efuse": () => import("./read-protect-efuse.ts"),
  "write-protect-efuse": () => import("./write-protect-efuse.ts"),
  "execute-scripts": () => import("./execute-scripts.ts"),
};
