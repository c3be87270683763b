import type { Prepare } from "./prepared.ts";

/** Where the code of each command lives; nothing of a command is loaded before it is needed. */
export const EFUSE_COMMANDS: Readonly<Record<string, () => Promise<{ readonly prepare: Prepare }>>> = {
  summary: () => import("./read/summary.ts"),
  dump: () => import("./read/dump.ts"),
  "get-custom-mac": () => import("./read/get-custom-mac.ts"),
  "adc-info": () => import("./read/adc-info.ts"),
  "check-error": () => import("./read/check-error.ts"),
  "burn-efuse": () => import("./burn/burn-efuse.ts"),
  "burn-key": () => import("./burn/burn-key.ts"),
  "burn-key-digest": () => import("./burn/burn-key-digest.ts"),
  "burn-block-data": () => import("./burn/burn-block-data.ts"),
  "burn-bit": () => import("./burn/burn-bit.ts"),
  "burn-custom-mac": () => import("./burn/burn-custom-mac.ts"),
  "set-flash-voltage": () => import("./burn/set-flash-voltage.ts"),
  "read-protect-efuse": () => import("./burn/read-protect-efuse.ts"),
  "write-protect-efuse": () => import("./burn/write-protect-efuse.ts"),
  "execute-scripts": () => import("./read/execute-scripts.ts"),
};
