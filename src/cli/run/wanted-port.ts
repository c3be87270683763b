import type { Port } from "../../index.ts";
import { readSettings } from "../config/config-settings.ts";
import { CLI_SESSION, type RunContext } from "../context.ts";
import { filterPorts } from "../line/value/port-filter.ts";

/**
 * The port of `--port`, or the one that stands out among those that `--port-filter` leaves. Throws `port.none-found`,
 * `port.ambiguous`, `config.invalid`.
 */
export async function openWantedPort({ host, options, config, print, emit }: RunContext): Promise<Port> {
  const { writeTimeoutMs } = readSettings(config);
  const settings = writeTimeoutMs === undefined ? {} : { writeTimeoutMs };
  const wanted = options.text("port");
  if (wanted !== undefined) return await host.openPort(wanted, settings);
  const { choosePort } = await import("../../node.ts");
  const filters = options.list("port-filter");
  const ports = filterPorts(await host.listPorts(), filters);
  print(`Found ${ports.length} serial ports...`);
  // The one port that was described so is meant, be it a USB device or not.
  const described = filters.length > 0 && ports.length === 1 ? ports[0] : undefined;
  const chosen = described ?? choosePort(ports);
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
  return await host.openPort(chosen.path, settings);
}
