#!/usr/bin/env node
import module from "node:module";

// Node 22.1 and later keep the compiled code: half of the start-up time.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const { nodeHost } = await import("../cli/node-host.ts");
const { runCli } = await import("../cli/run-cli.ts");

const code = await runCli(process.argv.slice(2), nodeHost());
// Whatever is still open (a driver that does not let go of its port) must not keep the program alive; what was written
// to a pipe must have left first.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))));
process.exit(code);
