import type { RunCommand } from "../context.ts";
import { REFERENCE_VERSION, VERSION, VERSION_LINES } from "../version.ts";

export const run: RunCommand = async ({ print }) => {
  for (const line of VERSION_LINES) print(line);
  return { version: VERSION, compatibleWith: REFERENCE_VERSION };
};
