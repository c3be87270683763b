import type { RunCommand } from "../../context.ts";
import { installCompletion } from "./install-completion.ts";

export const run: RunCommand = (context) => installCompletion(context, "install");
