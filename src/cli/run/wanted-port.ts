import type { Port } from "../../index.ts";
import { CLI_SESSION, type RunContext } from "./context.ts";

/** The port of `--port`, or the one that stands out. Throws `port.none-found`, `port.ambiguous`. */
export async function openWantedPort({ host, options, print, emit }: RunContext): Promise<Port> {
  const wanted = options.text("port");
  if (wanted !== undefined) return await host.openPort(wanted);
  const { choosePort } = await import("../../node.ts");
  const ports = await host.listPorts();
  print(`Found ${ports.length} serial ports...`);
  const chosen = choosePort(ports);
  const what = [chosen.product ?? chosen.manufacturer, chosen.serialNumber].filter((word) => word !== undefined);
  const facts = what.length === 0 ? "" : ` (${what.join(", ")})`;
  const others = ports.length > 1 ? "the one that looks most like a chip's" : "the only one";
  emit({
    session: CLI_SESSION,
    type: "note",
    code: "port.chosen",
    message: `Using ${chosen.path}${facts}, ${others}.`,
    details: { path: chosen.path },
  });
  return await host.openPort(chosen.path);
}
