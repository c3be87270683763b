import { type Check, optional } from "../core/check/check.ts";
import { wholeNumber } from "../core/check/numbers.ts";
import { hasParts, shape } from "../core/check/shapes.ts";
import { checkFunction, listOf } from "../core/check/values.ts";
import { oneOf } from "../core/check/words.ts";
import { sleep, systemClock } from "../core/clock.ts";
import type { EspError } from "../core/errors.ts";
import { loadPart } from "../core/load-part.ts";
import { checkClock } from "../core/port/check-port.ts";
import type { Port } from "../core/port/port.ts";
import { portOver } from "../core/port/port-over.ts";
import { USB_VENDOR_IDS } from "../core/port/usb-ids.ts";
import { followingPort } from "./following-port.ts";
import type { AskAgain, GrantedDevice } from "./granted-device.ts";
import { openUnlessStopped } from "./open-unless-stopped.ts";
import { browserFacts, kindsOf, type PortKind } from "./port-kinds.ts";
import { checkUsb, checkUsbDevice } from "./usb/check-usb.ts";
import type { UsbDeviceLike, UsbFilterLike, UsbLike } from "./usb/usb-types.ts";
import { type WebSerialPortOptions, webSerialTransport } from "./web-serial-port.ts";
import type { SerialLike, SerialPortFilterLike, SerialPortLike } from "./web-serial-types.ts";

export interface KnownPortsOptions extends WebSerialPortOptions {
  /** `navigator.serial` unless given. */
  readonly serial?: SerialLike | undefined;
  /** `navigator.usb` unless given. */
  readonly usb?: UsbLike | undefined;
  /** Serial ports or USB; unless given what `portKinds` has first. */
  readonly kind?: PortKind | undefined;
}

export interface RequestPortOptions extends KnownPortsOptions {
  /**
   * What the browser's list shows: unless given, devices of Espressif and of the makers of the adapters that are on boards.
   * `[]` shows every port, those without USB, too.
   */
  readonly filters?: readonly SerialPortFilterLike[] | undefined;
  /**
   * Called when the board came back as another device, which the page has to be given by one more click; unless given, such a
   * device is missing.
   */
  readonly onAskAgain?: ((again: AskAgain) => void) | undefined;
}

const USB_ID = wholeNumber(0, 0xffff);
const KNOWN = {
  clock: optional(checkClock),
  serial: optional(hasParts<SerialLike>("navigator.serial", { requestPort: checkFunction, getPorts: checkFunction })),
  usb: optional(checkUsb),
  kind: optional(oneOf<PortKind>(["serial", "usb"])),
};
const checkKnown: Check<KnownPortsOptions> = shape<KnownPortsOptions>(KNOWN);
const checkRequest: Check<RequestPortOptions> = shape<RequestPortOptions>({
  ...KNOWN,
  filters: optional(listOf(shape<SerialPortFilterLike>({ usbVendorId: USB_ID, usbProductId: optional(USB_ID) }))),
  onAskAgain: optional(checkFunction),
});

/**
 * Asks the person for a port, in the browser's own list: of its serial ports where it has such, else of USB devices, which this
 * library drives itself. It must be called from a click (or a key), before anything else is awaited: browsers show the list on a
 * gesture of the user only. The port follows its board when that comes back as another device after a reset.
 *
 * Throws `port.none-found` when the person has chosen none, `port.permission` when the page may not ask (no click, its
 * permissions policy, no https), `port.unsupported` where the browser has neither, or for a USB device that is no serial port.
 *
 * @example
 * button.addEventListener("click", async () => {
 *   const session = await connect(await requestPort());
 * });
 */
export async function requestPort(options: RequestPortOptions = {}): Promise<Port> {
  const asked = checkRequest(options, "options");
  const source = sourceOf(asked);
  const request = (): Promise<GrantedDevice> => requestDevice(source, asked.filters);
  const granted = (): Promise<GrantedDevice[]> => grantedDevices(source);
  const first = await request();
  const beside = await granted().catch(() => []);
  return followingPort(first, beside, { granted, request, onAskAgain: asked.onAskAgain });
}

/**
 * The ports that the person has let this page use before, and that are there: no click is needed. They are those of
 * all makers, in the browser's order. Throws `port.permission` and `port.unsupported` as `requestPort` does.
 *
 * @example
 * const [port] = await knownPorts();
 */
export async function knownPorts(options: KnownPortsOptions = {}): Promise<Port[]> {
  const source = sourceOf(checkKnown(options, "options"));
  return (await grantedDevices(source)).map(({ transport }) => portOver(transport));
}

/** Where devices come from, and what is made of them. */
interface Source extends WebSerialPortOptions {
  readonly kind: PortKind | undefined;
  readonly serial: SerialLike | undefined;
  readonly usb: UsbLike | undefined;
}

function sourceOf({ serial, usb, kind, clock }: KnownPortsOptions): Source {
  const facts = browserFacts();
  // What is given stands for the whole browser.
  const given = serial === undefined && usb === undefined ? facts : { ...facts, serial, usb };
  return { kind: kind ?? kindsOf(given)[0], serial: given.serial, usb: given.usb, clock };
}

/** What the browser gives, or why it gives nothing: `ask` is undefined where there is nobody to ask. */
async function fromBrowser<T>({ kind }: Source, ask: () => Promise<T> | undefined): Promise<T> {
  try {
    const asked = ask();
    if (asked !== undefined) return await asked;
  } catch (error) {
    throw await explained(error, kind);
  }
  throw await explained(undefined, kind);
}

async function requestDevice(
  source: Source,
  filters: readonly SerialPortFilterLike[] | undefined,
): Promise<GrantedDevice> {
  const { kind, serial, usb } = source;
  return await fromBrowser(source, () =>
    kind === "usb"
      ? usb?.requestDevice({ filters: usbFilters(filters) }).then((device) => usbDevice(device, source))
      : serial
          ?.requestPort(filters?.length === 0 ? {} : { filters: filters ?? KNOWN_FILTERS })
          .then((device) => serialDevice(device, source)),
  );
}

async function grantedDevices(source: Source): Promise<GrantedDevice[]> {
  const { kind, serial, usb } = source;
  return await fromBrowser(source, () =>
    kind === "usb"
      ? usb?.getDevices().then((devices) => usbDevices(devices, source))
      : serial?.getPorts().then((devices) => devices.map((device) => serialDevice(device, source))),
  );
}

function serialDevice(device: SerialPortLike, { clock }: Source): GrantedDevice {
  return { device, transport: webSerialTransport(device, clock), isThere: device.connected !== false };
}

/** The drivers are loaded with the first device. */
async function usbDevice(device: UsbDeviceLike, { clock = systemClock, usb }: Source): Promise<GrantedDevice> {
  checkUsbDevice(device, "device");
  const load = (): Promise<typeof import("./usb/usb-transport.ts")> => import("./usb/usb-transport.ts");
  const { usbTransport } = await loadPart("ports over WebUSB", load);
  const transport = usbTransport({ device, usb, clock, pause: (ms) => sleep(clock, ms), openUnlessStopped });
  return { device, transport, isThere: true };
}

/** Those of them that are serial ports. */
async function usbDevices(devices: readonly UsbDeviceLike[], source: Source): Promise<GrantedDevice[]> {
  const found = await Promise.all(devices.map((device) => usbDevice(device, source).catch(() => null)));
  return found.filter((device) => device !== null);
}

/** Devices of the communications class are serial ports, whoever made them. */
const COMMUNICATIONS = { classCode: 2 };

function usbFilters(filters: readonly SerialPortFilterLike[] | undefined): UsbFilterLike[] {
  if (filters?.length === 0) return [{}];
  const byMaker = (filters ?? KNOWN_FILTERS).map(({ usbVendorId, usbProductId }) => ({
    vendorId: usbVendorId,
    ...(usbProductId !== undefined && { productId: usbProductId }),
  }));
  return filters === undefined ? [...byMaker, COMMUNICATIONS] : byMaker;
}

/** Most requests are granted, so what a refusal means is loaded when one is not. */
async function explained(cause: unknown, kind: PortKind | undefined): Promise<EspError> {
  const load = (): Promise<typeof import("./request-error.ts")> => import("./request-error.ts");
  return (await loadPart("why the browser gave no port", load)).requestError(cause, kind, browserFacts().isSecure);
}

const KNOWN_FILTERS: readonly SerialPortFilterLike[] = USB_VENDOR_IDS.map((usbVendorId) => ({ usbVendorId }));
