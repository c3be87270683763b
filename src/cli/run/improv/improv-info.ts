import type { RunCommand } from "../../context.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { talk } from "./improv-talk.ts";

export const run: RunCommand = async (context) =>
  await talk(context, async (improv, timeoutMs) => {
    const { signal } = context;
    const { state } = await improv.state({ timeoutMs, signal });
    const info = await improv.info({ signal });
    const { firmware, version, chip, name, system, systemVersion } = info;
    const line = (label: string, text: string): void => context.print(`${label.padEnd(10)}${harmlessText(text)}`);
    line("Firmware:", `${firmware} ${version}`);
    line("Chip:", chip);
    line("Name:", name);
    if (system !== undefined) line("System:", `${system} ${systemVersion ?? ""}`.trim());
    return { ...info, state };
  });
