import { EspError } from "../../index.ts";
import type { ListenAddress, ServedProtocol, ServeEvent, ServeVirtualOptions, VirtualServer } from "../../node.ts";
import { CLI_SESSION, type RunCommand, type RunContext } from "../context.ts";
import { isLoopback } from "../host/reachable-urls.ts";
import type { OptionValues } from "../line/option-values.ts";
import { untilAborted } from "./until-aborted.ts";

export const run: RunCommand = async (context) => {
  const served = serveOptions(context);
  const { serveVirtual } = await import("../../node.ts");
  const server = await serveVirtual(served);
  try {
    const urls = (["tcp", "rfc2217"] as const).flatMap((protocol) => {
      const where = server[protocol];
      return where === undefined ? [] : [url(protocol, where.address, where.port)];
    });
    warnOfExposure(context, server);
    for (const address of urls) {
      announce(context, address);
    }
    await untilAborted(context.signal);
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
    chip: [chip, ...options.list("option"), ...(options.flag("tcp-any-baud") ? ["any-baud=1"] : [])].join(","),
    idleTimeoutMs: (options.number("idle-limit") ?? 0) * 60_000,
    ...(tcp && { tcp }),
    ...(rfc2217 && { rfc2217 }),
    signal: context.signal,
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

/**
 * There is no password to ask for: the usual clients, such as pyserial, have no way to give one. So whoever opens the chip
 * to a network is told what that means.
 */
function warnOfExposure({ options, emit }: RunContext, server: VirtualServer): void {
  const open = [server.tcp, server.rfc2217].flatMap((where) =>
    where === undefined || isLoopback(where.address) ? [] : [`${where.address}:${where.port}`],
  );
  if (open.length === 0) return;
  const file = options.list("option").find((option) => option.startsWith("file="));
  emit({
    session: CLI_SESSION,
    type: "warning",
    code: "virtual.exposed",
    message:
      `The virtual chip is open to the network without any protection: whoever reaches ${open.join(" or ")} can read its ` +
      "flash and eFuses, erase and write it, and burn its eFuses for good" +
      `${file === undefined ? "" : `, and so change '${file.slice("file=".length)}' on this computer`}. Listen on ` +
      "127.0.0.1 and use an SSH tunnel unless the network is yours.",
  });
}

function report({ print }: RunContext, event: ServeEvent): void {
  if (event.kind === "client-connected") print(`${event.client} connected`);
  else if (event.kind === "client-left")
    print(
      event.reason === "idle" ? `${event.client} was sent away: nothing was said for too long` : `${event.client} left`,
    );
  else if (event.kind === "client-refused") print(`${event.client} refused: ${event.error.message}`);
  else if (event.kind === "failed" || event.kind === "port-lost") print(event.error.message);
}

function url(protocol: ServedProtocol, address: string, port: number): string {
  const host = address.includes(":") ? `[${address}]` : address;
  return `${protocol === "tcp" ? "socket" : "rfc2217"}://${host}:${port}`;
}
