#!/usr/bin/env node
import { launch } from "./launch.ts";

launch("esptool", async () => (await import("../cli/run-cli.ts")).runCli);
