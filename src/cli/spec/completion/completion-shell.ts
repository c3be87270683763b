import type { ArgumentSpec } from "../types.ts";
import { SHELLS } from "./completion.ts";

export const SHELL_IN_USE: ArgumentSpec = {
  name: "SHELL",
  kind: "choice",
  choices: ["auto", ...SHELLS],
  summary: `The shell: ${SHELLS.join(", ")}; auto: the one you use`,
  default: "auto",
};
