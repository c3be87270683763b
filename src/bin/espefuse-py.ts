#!/usr/bin/env node
import { runExecutable } from "./run-executable.ts";

await runExecutable(async () => (await import("../cli/run-espefuse.ts")).runEspefuse, {
  oldName: "espefuse.py",
  name: "espefuse",
});
