import { type Check, optional } from "../core/check/check.ts";
import { wholeNumber } from "../core/check/numbers.ts";
import { hasParts, shape } from "../core/check/shapes.ts";
import { checkFunction, listOf } from "../core/check/values.ts";
import { EspError } from "../core/errors.ts";
import { loadPart } from "../core/load-part.ts";
import { checkClock } from "../core/port/check-port.ts";
import type { Port } from "../core/port/port.ts";
import { USB_VENDOR_IDS } from "../core/port/usb-ids.ts";
import { type WebSerialPortOptions, webSerialPort } from "./web-serial-port.ts";
import type { SerialLike, SerialPortFilterLike } from "./web-serial-types.ts";

export interface KnownPortsOptions extends WebSerialPortOptions {
  /** `navigator.serial` unless given. */
  readonly serial?: SerialLike | undefined;
}

export interface RequestPortOptions extends KnownPortsOptions {
  /**
   * What the browser's list shows: unless given, devices of Espressif and of the makers of the adapters that are on boards.
   * `[]` shows every port, those without USB, too.
   */
  readonly filters?: readonly SerialPortFilterLike[] | undefined;
}

const USB_ID = wholeNumber(0, 0xffff);
const checkSerial: Check<SerialLike> = hasParts<SerialLike>("navigator.serial", {
  requestPort: checkFunction,
  getPorts: checkFunction,
});
const checkKnown: Check<KnownPortsOptions> = shape<KnownPortsOptions>({
  clock: optional(checkClock),
  serial: optional(checkSerial),
});
const checkRequest: Check<RequestPortOptions> = shape<RequestPortOptions>({
  clock: optional(checkClock),
  serial: optional(checkSerial),
  filters: optional(listOf(shape<SerialPortFilterLike>({ usbVendorId: USB_ID, usbProductId: optional(USB_ID) }))),
});

/**
 * Asks the person for a port, in the browser's own list. It must be called from a click (or a key), before anything else is
 * awaited: browsers show the list on a gesture of the user only.
 *
 * Throws `port.none-found` when the person has chosen none, `port.permission` when the page may not ask (no click, its
 * permissions policy, no https), `port.unsupported` where the browser has no Web Serial.
 *
 * @example
 * button.addEventListener("click", async () => {
 *   const session = await connect(await requestPort());
 * });
 */
export async function requestPort(options: RequestPortOptions = {}): Promise<Port> {
  const { serial = hostSerial(), filters = KNOWN_FILTERS, clock } = checkRequest(options, "options");
  try {
    return webSerialPort(await present(serial).requestPort(filters.length === 0 ? {} : { filters }), { clock });
  } catch (error) {
    throw await explained(error);
  }
}

/**
 * The ports that the person has let this page use before, and that are there: no click is needed. They are those of
 * all makers, in the browser's order. Throws `port.permission` and `port.unsupported` as `requestPort` does.
 *
 * @example
 * const [port] = await knownPorts();
 */
export async function knownPorts(options: KnownPortsOptions = {}): Promise<Port[]> {
  const { serial = hostSerial(), clock } = checkKnown(options, "options");
  try {
    return (await present(serial).getPorts()).map((port) => webSerialPort(port, { clock }));
  } catch (error) {
    throw await explained(error);
  }
}

/** Most requests are granted, so what a refusal means is loaded when one is not. */
async function explained(cause: unknown): Promise<EspError> {
  const load = (): Promise<typeof import("./request-error.ts")> => import("./request-error.ts");
  return (await loadPart("why the browser gave no port", load)).requestError(cause);
}

const KNOWN_FILTERS: readonly SerialPortFilterLike[] = USB_VENDOR_IDS.map((usbVendorId) => ({ usbVendorId }));

function hostSerial(): SerialLike | undefined {
  return (globalThis.navigator as { serial?: SerialLike } | undefined)?.serial;
}

function present(serial: SerialLike | undefined): SerialLike {
  if (serial !== undefined) return serial;
  throw new EspError("port.unsupported", "This browser has no serial ports.", {
    hint: "Use Chrome, Edge or Opera on a computer, and a page served over https or from localhost.",
  });
}
