#!/usr/bin/env node
import module from "node:module";

// Node 22.1 and later keep the compiled code: half of the start-up time.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const [{ nodeHost }, { runCli }] = await Promise.all([import("../cli/node-host.ts"), import("../cli/run-cli.ts")]);

const host = nodeHost();
const code = await runCli(process.argv.slice(2), host);
// Whatever is still open (a driver that does not let go of its port) must not keep the program alive; what was written
// to a pipe must have left first.
await host.flushed();
process.exit(code);
