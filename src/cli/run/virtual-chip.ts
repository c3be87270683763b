import type { AbortSignalLike } from "../../index.ts";
import { EspError } from "../../index.ts";
import type { ListenAddress, ServedProtocol, ServeEvent, ServeVirtualOptions } from "../../node.ts";
import type { OptionValues } from "../option-values.ts";
import { CLI_SESSION, type RunCommand, type RunContext } from "./context.ts";

export const run: RunCommand = async (context) => {
  const served = serveOptions(context);
  const { serveVirtual } = await import("../../node.ts");
  const server = await serveVirtual(served);
  try {
    const urls = (["tcp", "rfc2217"] as const).flatMap((protocol) => {
      const where = server[protocol];
      return where === undefined ? [] : [url(protocol, where.address, where.port)];
    });
    for (const address of urls) {
      announce(context, address);
    }
    await aborted(context.signal);
    return { urls };
  } finally {
    await server.close();
  }
};

function serveOptions(context: RunContext): ServeVirtualOptions {
  const { options } = context;
  const chip = options.text("chip");
  if (chip === undefined || chip === "auto") {
    throw new EspError("argument.invalid", "Which chip is not said.", {
      hint: "Name it with --chip, for instance --chip esp32c3.",
    });
  }
  const tcp = listenAddress(options, "tcp");
  const rfc2217 = listenAddress(options, "rfc2217");
  if (tcp === undefined && rfc2217 === undefined) {
    throw new EspError("argument.invalid", "Where to listen is not said.", {
      hint: "Give --tcp NUMBER, --rfc2217 NUMBER or both.",
    });
  }
  return {
    chip: [chip, ...options.list("option")].join(","),
    ...(tcp && { tcp }),
    ...(rfc2217 && { rfc2217 }),
    onEvent: (event) => report(context, event),
  };
}

function listenAddress(options: OptionValues, name: ServedProtocol): ListenAddress | undefined {
  const port = options.number(name);
  const host = options.text("host");
  return port === undefined ? undefined : { port, ...(host !== undefined && { host }) };
}

/** Programs wait for this before they connect. */
function announce({ options, print, emit }: RunContext, address: string): void {
  const message = `Listening on ${address}`;
  if (options.flag("json"))
    emit({ session: CLI_SESSION, type: "note", code: "virtual.listening", message, details: { url: address } });
  else print(message);
}

function report({ print }: RunContext, event: ServeEvent): void {
  if (event.kind === "client-connected") print(`${event.client} connected`);
  else if (event.kind === "client-left") print(`${event.client} left`);
  else if (event.kind === "client-refused") print(`${event.client} refused: ${event.error.message}`);
  else if (event.kind === "failed" || event.kind === "port-lost") print(event.error.message);
}

function url(protocol: ServedProtocol, address: string, port: number): string {
  const host = address.includes(":") ? `[${address}]` : address;
  return `${protocol === "tcp" ? "socket" : "rfc2217"}://${host}:${port}`;
}

function aborted(signal: AbortSignalLike): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve());
  });
}
