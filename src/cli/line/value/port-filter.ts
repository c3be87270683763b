import { EspError } from "../../../index.ts";
import type { ListedPort } from "../../../node.ts";
import { didYouMean } from "../meant/closest-name.ts";
import { parseInteger } from "./integers.ts";

/** What `--port-filter` can ask for (fact sheet 2.1). */
export const PORT_FILTER_KEYS = ["vid", "pid", "name", "serial"] as const;

type Key = (typeof PORT_FILTER_KEYS)[number];

/** Returns the text of one filter, `vid=0x303a`, unchanged. Throws `argument.invalid`. */
export function checkPortFilter(text: string): string {
  parsePortFilter(text);
  return text;
}

/**
 * The ports that the filters leave: of the filters of one key one must fit, and that for every key. A port of which the
 * fact is not known does not fit. Throws `argument.invalid`.
 */
export function filterPorts(ports: readonly ListedPort[], filters: readonly string[]): readonly ListedPort[] {
  const parsed = filters.map(parsePortFilter);
  const groups = PORT_FILTER_KEYS.map((key) => parsed.filter((filter) => filter.key === key));
  return ports.filter((port) => groups.every((group) => group.length === 0 || group.some(({ fits }) => fits(port))));
}

interface PortFilter {
  readonly key: Key;
  readonly fits: (port: ListedPort) => boolean;
}

function parsePortFilter(text: string): PortFilter {
  const equals = text.indexOf("=");
  const typed = text.slice(0, equals);
  const value = text.slice(equals + 1);
  const hint = "Write --port-filter vid=0x303a, pid=0x1001, name=ttyUSB or serial=TEXT.";
  if (equals < 1 || value === "") {
    throw invalid("Option --port-filter argument must consist of key=value.", hint, text);
  }
  const key = PORT_FILTER_KEYS.find((name) => name === typed);
  if (key === undefined) {
    const meant = didYouMean(typed, PORT_FILTER_KEYS);
    throw invalid(
      "Option --port-filter argument key not recognized.",
      meant === null ? hint : `${meant} ${hint}`,
      text,
    );
  }
  if (key === "name") return { key, fits: (port) => shortName(port).includes(value) };
  if (key === "serial") return { key, fits: (port) => port.serialNumber?.includes(value) === true };
  const id = parseInteger(value);
  if (id === null) {
    throw invalid(`Option --port-filter: '${value}' is not a number such as 12346 or 0x303a.`, hint, text);
  }
  return { key, fits: (port) => (key === "vid" ? port.usbVendorId : port.usbProductId) === id };
}

/** `ttyUSB0` of `/dev/ttyUSB0`. */
function shortName({ path }: ListedPort): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function invalid(sentence: string, hint: string, value: string): EspError {
  return new EspError("argument.invalid", sentence, { hint, details: { name: "--port-filter", value } });
}
