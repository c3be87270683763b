#!/usr/bin/env node
import { runExecutable } from "./run-executable.ts";

await runExecutable(async () => (await import("../cli/run-cli.ts")).runCli, { oldName: "esptool.py", name: "esptool" });
