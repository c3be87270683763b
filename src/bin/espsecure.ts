#!/usr/bin/env node
import { launch } from "./launch.ts";

launch("espsecure", async () => (await import("../cli/run-espsecure.ts")).runEspsecure);
