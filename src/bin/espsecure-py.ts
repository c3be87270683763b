#!/usr/bin/env node
import { runExecutable } from "./run-executable.ts";

await runExecutable(async () => (await import("../cli/run-espsecure.ts")).runEspsecure, {
  oldName: "espsecure.py",
  name: "espsecure",
});
