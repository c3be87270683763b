#!/usr/bin/env node
import module from "node:module";

// Node 22.1 and later keep the compiled code: half of the start-up time.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const [{ nodeHost }, { runRfc2217Server }] = await Promise.all([
  import("../cli/node-host.ts"),
  import("../cli/rfc2217-server/run-rfc2217-server.ts"),
]);

const host = nodeHost();
const code = await runRfc2217Server(process.argv.slice(2), host);
// As for esptool: a driver that does not let go of its port must not keep the program alive.
await host.flushed();
process.exit(code);
