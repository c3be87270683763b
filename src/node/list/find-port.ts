import type { Check } from "../../core/check/check.ts";
import { checkFinite } from "../../core/check/numbers.ts";
import { hasParts } from "../../core/check/shapes.ts";
import { checkBoolean, checkText, listOf } from "../../core/check/values.ts";
import { EspError } from "../../core/errors.ts";
import type { ListedPort } from "./list-ports.ts";

const checkListedPorts: Check<ListedPort[]> = listOf(
  hasParts<ListedPort>("a port, as listPorts gives it", { path: checkText, rank: checkFinite, likely: checkBoolean }),
);

/**
 * The one port that stands out among those listed. Decides by what is known without opening: a port that is opened
 * only to find out what it is may be a modem, a printer or another board that is reset by it.
 * A port in use still counts: the second board shall not be written because the first one is in a serial monitor.
 *
 * Throws `port.none-found`, or `port.ambiguous` with the candidates in `details.candidates`.
 */
export function choosePort(ports: readonly ListedPort[]): ListedPort {
  checkListedPorts(ports, "ports");
  const likely = ports.filter((port) => port.likely);
  const best = Math.max(...likely.map((port) => port.rank));
  const candidates = likely.filter((port) => port.rank === best);
  const [first, second] = candidates;
  if (first === undefined) throw noneFound(ports);
  if (second === undefined) return first;
  const names = candidates.map((port) => `${port.path}${describe(port)}`).join(", or ");
  throw new EspError("port.ambiguous", `${candidates.length} ports look like a chip's; none of them stands out.`, {
    hint: `Say which one: ${names}.`,
    remedies: ["choose-port"],
    details: { candidates },
  });
}

function describe(port: ListedPort): string {
  const words = [port.product ?? port.manufacturer, port.serialNumber, port.reason].filter(
    (word) => word !== undefined,
  );
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}

function noneFound(ports: readonly ListedPort[]): EspError {
  const others = ports.map((port) => port.path);
  const named =
    others.length === 0 ? "" : ` Ports that are not USB devices are never chosen by themselves: ${others.join(", ")}.`;
  return new EspError("port.none-found", "No serial port was found that could belong to a chip.", {
    hint:
      "Check that the cable carries data and not only charge, that the driver of the USB adapter is installed, and, in a " +
      `container or virtual machine, that the device is passed in.${named}`,
    ...(others.length > 0 && { remedies: ["choose-port"] }),
    details: { ports: others },
  });
}
