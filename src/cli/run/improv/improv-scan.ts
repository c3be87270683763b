import type { RunCommand } from "../../context.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { talk } from "./improv-talk.ts";

export const run: RunCommand = async (context) =>
  await talk(context, async (improv, timeoutMs) => {
    const { signal } = context;
    await improv.state({ timeoutMs, signal });
    const networks = await improv.scan({ signal });
    for (const { ssid, rssiDbm, secured, security } of networks) {
      const strength = rssiDbm === undefined ? "" : `${rssiDbm} dBm`;
      const kind = secured ? harmlessText(security) : "open";
      context.print(`${strength.padStart(8)}  ${kind.padEnd(10)}  ${harmlessText(ssid)}`);
    }
    if (networks.length === 0) context.print("It sees no network.");
    return { networks };
  });
