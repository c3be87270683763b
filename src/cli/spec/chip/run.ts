import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "run",
  description:
    "Runs the application in flash. With --no-stub the ROM loader starts it; the stub cannot, so the reset at the end " +
    "does.",
  arguments: [],
  options: [],
  examples: [{ command: "esptool run", what: "out of download mode, into the application" }],
  device: { inSecureDownload: false },
};
