#!/usr/bin/env node
import { launch } from "./launch.ts";

launch("espefuse", async () => (await import("../cli/run-espefuse.ts")).runEspefuse, {
  oldName: "espefuse.py",
  name: "espefuse",
});
