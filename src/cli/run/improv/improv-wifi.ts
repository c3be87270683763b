import { EspError } from "../../../index.ts";
import type { RunCommand, RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { askSecret } from "../../show/ask/ask-secret.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { printAddresses, talk } from "./improv-talk.ts";

export const run: RunCommand = async (context) => {
  const ssid = context.arguments.text("SSID");
  // Before anything is opened: who has to look for it takes time.
  const password = await passwordOf(context, ssid);
  return await talk(context, async (improv, timeoutMs) => {
    const { signal } = context;
    await improv.state({ timeoutMs, signal });
    context.print(`Joining ${harmlessText(ssid)}...`);
    const urls = await improv.provision({ ssid, ...(password !== undefined && { password }) }, { signal });
    context.print("It has joined the network.");
    printAddresses(context, urls);
    return { ssid, state: "provisioned", urls };
  });
};

async function passwordOf({ host, options, signal }: RunContext, ssid: string): Promise<string | undefined> {
  const from = options.text("password-file");
  if (options.flag("open")) {
    if (from === undefined) return undefined;
    throw new EspError("argument.conflict", "A network that is open has no password.", {
      hint: "Leave out --open or --password-file.",
    });
  }
  if (from !== undefined) {
    const text = new TextDecoder().decode(await readInput(host, from, "password"));
    return text.split(/\r?\n/, 1)[0] ?? "";
  }
  return await askSecret(host, {
    text: `Password of '${harmlessText(ssid)}': `,
    signal,
    unanswered: new EspError("argument.invalid", "There is no password for the network.", {
      hint: "Type it on a terminal, name a file that holds it (--password-file FILE), or give --open.",
    }),
  });
}
