import { runCli } from "../../src/cli/run-cli.ts";
import { type Clock, sleep } from "../../src/core/clock.ts";
import type { VirtualChipOptions } from "../../src/virtual/check-options.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";
import { type CliHostOptions, type TestCliHost, testCliHost } from "./cli-host.ts";

export const EXIT = "\u001d";

export interface Terminal {
  readonly chip: VirtualChip;
  readonly clock: Clock;
  readonly host: TestCliHost;
  /** Types, and lets the chip live on for a while. */
  type(text: string, ms?: number): Promise<void>;
  /** Presses Ctrl-] and waits for the end. */
  exit(): Promise<{ code: number; out: string; err: string }>;
  readonly code: Promise<number>;
}

/** The monitor on a virtual chip, in virtual time: it passes only while the test waits. */
export async function monitor(
  words: readonly string[],
  { chip: chipOptions, ...options }: CliHostOptions & { readonly chip?: VirtualChipOptions } = {},
): Promise<Terminal> {
  const chip = virtualChip("esp32", { appText: "tick\r\n", ...chipOptions });
  const host = testCliHost({ hasKeyboard: true, port: chip.port, ...options });
  const code = runCli(["--port", "board", ...words], host);
  while (!host.isListening()) await sleep(chip.clock, 1);
  const type = async (text: string, ms = 1000): Promise<void> => {
    await host.type(text);
    await sleep(chip.clock, ms);
  };
  return {
    chip,
    clock: chip.clock,
    host,
    code,
    type,
    exit: async () => {
      await host.type(EXIT);
      return { code: await code, out: host.out(), err: host.err() };
    },
  };
}
