import type { RunCommand } from "../context.ts";
import { REFERENCE_VERSION, VERSION } from "../version.ts";

export const run: RunCommand = async ({ print }) => {
  print(REFERENCE_VERSION);
  print(`esptool-ts ${VERSION}`);
  return { version: VERSION, compatibleWith: REFERENCE_VERSION };
};
