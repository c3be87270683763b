import type { RunCommand } from "../../context.ts";
import { printAddresses, talk } from "./improv-talk.ts";

const MEANINGS: Readonly<Record<string, string>> = {
  stopped: "It does not take a Wi-Fi over the serial line now.",
  "authorization-required": "It wants to be authorised at the device first.",
  ready: "It has no Wi-Fi, and takes one.",
  provisioning: "It is joining a network.",
  provisioned: "It has a Wi-Fi.",
};

export const run: RunCommand = async (context) =>
  await talk(context, async (improv, timeoutMs) => {
    const { state, urls } = await improv.state({ timeoutMs, signal: context.signal });
    context.print(MEANINGS[state] ?? "It tells a state that is not known here.");
    printAddresses(context, urls);
    return { state, urls };
  });
