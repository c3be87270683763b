import { type HostMemory, NO_MEMORY } from "../../index.ts";
import type { RunContext } from "../context.ts";

/** What this computer has learnt in earlier runs; nothing with --no-memory. */
export function hostMemory({ host, options }: Pick<RunContext, "host" | "options">): HostMemory {
  return options.flag("no-memory") ? NO_MEMORY : host.memory;
}
