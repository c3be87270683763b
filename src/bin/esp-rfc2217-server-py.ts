#!/usr/bin/env node
import { launch } from "./launch.ts";

launch(
  "esp-rfc2217-server",
  async () => (await import("../cli/rfc2217-server/run-rfc2217-server.ts")).runRfc2217Server,
  {
    oldName: "esp_rfc2217_server.py",
    name: "esp-rfc2217-server",
  },
);
