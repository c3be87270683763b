import type { RunCommand } from "../../../context.ts";
import { run as runCurrent } from "./digest-sbv2-public-key.ts";

export const run: RunCommand = async (context) => {
  // The line by which scripts find out.
  context.print(
    "DeprecationWarning: The command 'digest-rsa-public-key' is deprecated. Use 'digest-sbv2-public-key' instead.",
  );
  return await runCurrent(context);
};
