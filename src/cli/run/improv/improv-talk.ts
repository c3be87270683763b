// Shelf: commands that talk to firmware about its Wi-Fi.
// In: a line, a port.
// Out: what the firmware says.

import { type ImprovClient, improvClient } from "../../../improv.ts";
import { type Monitor, monitor, type Port } from "../../../index.ts";
import type { RunContext } from "../../context.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { openWantedPort } from "../wanted-port.ts";

/** Work over a conversation with firmware; the port is closed afterwards, whatever happens. */
export async function talk<T>(
  context: RunContext,
  work: (improv: ImprovClient, stateWithinMs: number) => Promise<T>,
): Promise<T & { readonly port: string }> {
  const { host, options, signal } = context;
  const port = await openWantedPort(context);
  const running: { monitor: Monitor | null } = { monitor: null };
  const improv = improvClient({
    clock: port.clock,
    write: async (bytes) => (await running.monitor?.write(bytes)) ?? false,
  });
  const log = options.flag("log") ? (text: string) => void host.stderr.write(`${harmlessText(text)}\n`) : undefined;
  running.monitor = await monitor(port, {
    baudRate: options.number("baud") ?? 115_200,
    reset: options.flag("reset"),
    through: improv.through,
    signal,
    ...(log !== undefined && { onLine: ({ text }) => log(text) }),
  });
  // Ctrl-C and a device that is gone for good end what is asked.
  const stop = (): void => improv.close();
  signal.addEventListener("abort", stop);
  try {
    return { ...(await work(improv, (options.number("wait") ?? 2) * 1000)), port: nameOf(port) };
  } finally {
    signal.removeEventListener("abort", stop);
    await running.monitor.close();
  }
}

const nameOf = ({ info }: Port): string => info.path;

/** One a line; they are of the web and hold nothing that a terminal would take for a command. */
export function printAddresses({ print }: RunContext, urls: readonly string[]): void {
  for (const url of urls) print(`Its page: ${url}`);
}
