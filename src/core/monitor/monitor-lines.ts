// Room: what a device prints.
// In: bytes as they arrive, from a port that may come and go.
// Out: lines, remarks, events.

import { type Check, optional } from "../check/check.ts";
import { checkMilliseconds } from "../check/numbers.ts";
import { hasParts, shape } from "../check/shapes.ts";
import { checkObject, checkText } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { checkPortInfo } from "../port/check-port.ts";
import type { Port, PortInfo } from "../port/port.ts";
import { ESPRESSIF_VENDOR_ID } from "../port/usb-ids.ts";
import { parseResetSequence } from "../session/reset/parse-reset-sequence.ts";
import type { ResetSequence } from "../session/reset/reset-sequence.ts";
import {
  FLOW_CONTROL_HARD_RESET,
  hardReset,
  type ResetChoice,
  resetSequencesFor,
  SERIAL_JTAG_PRODUCT_ID,
  usesFlowControl,
} from "../session/reset/reset-sequences.ts";
import { BEFORE_MODES } from "../session/session.ts";

/** What is known of a port that is open. */
export type OpenedPort = Pick<Port, "info" | "capabilities">;

const isNativeUsb = (info: PortInfo): boolean => info.usbVendorId === ESPRESSIF_VENDOR_ID;

/** A USB port that is software of the chip, as of an ESP32-S2. */
function isUsbOtg(info: PortInfo): boolean {
  return isNativeUsb(info) && info.usbProductId !== SERIAL_JTAG_PRODUCT_ID;
}

/** The lines of a port behind a server are as that server opened it. */
const isRemote = (info: PortInfo): boolean => info.path.includes("://");

/**
 * What to do to the lines of a port that was just opened so that a running application goes on undisturbed. Linux and
 * macOS open with both lines asserted, Windows with both released. Pure.
 *
 * - On the usual reset circuit, RTS asserted alone is a reset: of two lines that change one after the other, RTS is let
 *   go first.
 * - USB-OTG: an application restarts whenever RTS is let go, and many print nothing while DTR is not asserted. So what
 *   the system asserted stays so, and where it asserted nothing DTR alone is.
 * - Behind a server nothing is done: esp_rfc2217_server takes RTS let go, or DTR asserted, for the wish to reset.
 */
export function releaseAfterOpening({ info, capabilities }: OpenedPort): ResetSequence {
  const name = "release";
  if (!capabilities.lines || isRemote(info)) return { name, steps: [] };
  if (isUsbOtg(info)) return { name, steps: capabilities.atomicLines ? [] : [{ dtr: true, rts: false }] };
  const released = { dtr: false, rts: false };
  return { name, steps: capabilities.atomicLines ? [released] : [{ dtr: true, rts: false }, released] };
}

const checkIdentifiedPort: Check<Pick<Port, "info">> = hasParts<Pick<Port, "info">>("a port", { info: checkPortInfo });
const checkOpenedPort: Check<OpenedPort> = hasParts<OpenedPort>("a port", {
  info: checkPortInfo,
  capabilities: checkObject,
});
const checkChoice: Check<Partial<ResetChoice>> = shape<Partial<ResetChoice>>({
  before: optional(oneOf(BEFORE_MODES)),
  resetDelayMs: optional(checkMilliseconds),
  customResetSequence: optional(checkText),
});

/** Starts the application again; `custom` as in the configuration. Pure. Throws `connect.reset-sequence`. */
export function applicationReset(port: Pick<Port, "info">, custom?: string): ResetSequence {
  const { info } = checkIdentifiedPort(port, "port");
  optional(checkText)(custom, "custom");
  if (custom !== undefined) return parseResetSequence(custom);
  return usesFlowControl(info) ? FLOW_CONTROL_HARD_RESET : hardReset(isNativeUsb(info));
}

/**
 * Puts the chip into its download mode: the first of what `connect` would try. Pure. Throws `connect.reset-sequence`.
 */
export function bootloaderReset(
  port: OpenedPort,
  choice: { readonly [Key in keyof ResetChoice]?: ResetChoice[Key] | undefined } = {},
): ResetSequence {
  checkOpenedPort(port, "port");
  const { customResetSequence, ...asked } = checkChoice(choice, "choice");
  const custom = customResetSequence === undefined ? undefined : parseResetSequence(customResetSequence);
  const [first] = resetSequencesFor(port, { before: "default-reset", ...asked, custom });
  return first ?? applicationReset(port);
}
