import { type AfterMode, EspError } from "../../index.ts";
import {
  ClassicReset,
  CustomReset,
  HardReset,
  type ResetConstructors,
  type ResetStrategy,
  UsbJtagSerialReset,
} from "../transport/resets.ts";
import type { Transport } from "../transport/transport.ts";
import { USB_JTAG_SERIAL_PID } from "./loader-constants.ts";
import type { After, Before } from "./loader-options.ts";

/** As the library's own sequences: how long IO0 stays low after EN is released. */
const RESET_DELAYS_MS: readonly number[] = [50, 550];
/** What a maker of custom resets is given; it usually has a sequence of its own. */
const CLASSIC_SEQUENCE = "D0|R1|W100|D1|R0|W50|D0";

/** The ways into download mode for this port, to be tried in turn. `own`: made by the caller's constructors. */
export function resetChoice(
  transport: Transport,
  mode: Before,
  { classicReset, usbJTAGSerialReset, customReset }: ResetConstructors = {},
): { readonly strategies: ResetStrategy[]; readonly own: boolean } {
  if (mode === "no_reset" || mode === "no_reset_no_sync") return { strategies: [], own: false };
  const custom = (): ResetStrategy[] => (customReset === undefined ? [] : [customReset(transport, CLASSIC_SEQUENCE)]);
  const isUsb = mode === "usb_reset" || transport.getPid() === USB_JTAG_SERIAL_PID;
  if (isUsb) {
    const own = usbJTAGSerialReset === undefined ? custom() : [usbJTAGSerialReset(transport)];
    return own.length > 0
      ? { strategies: own, own: true }
      : { strategies: [new UsbJtagSerialReset(transport)], own: false };
  }
  const own = classicReset === undefined ? custom() : RESET_DELAYS_MS.map((delay) => classicReset(transport, delay));
  return own.length > 0
    ? { strategies: own, own: true }
    : { strategies: RESET_DELAYS_MS.map((delay) => new ClassicReset(transport, delay)), own: false };
}

const AFTER: Readonly<Record<Exclude<After, "custom_reset">, AfterMode>> = {
  hard_reset: "hard-reset",
  soft_reset: "soft-reset",
  no_reset: "no-reset",
  no_reset_stub: "no-reset-stub",
};

interface AfterRequest {
  readonly mode: After;
  readonly usingUsbOtg: boolean | undefined;
  readonly sequence: string | undefined;
  readonly isConnected: boolean;
}

/** How to leave a chip: as the library does it, or by a strategy. Throws `argument.invalid`. */
export function afterChoice(
  transport: Transport,
  { hardReset, customReset }: ResetConstructors,
  { mode, usingUsbOtg, sequence, isConnected }: AfterRequest,
): { readonly mode: AfterMode } | { readonly strategy: ResetStrategy } {
  if (mode === "custom_reset") {
    if (customReset !== undefined) return { strategy: customReset(transport, sequence ?? "") };
    if (sequence !== undefined) return { strategy: new CustomReset(transport, sequence) };
    throw new EspError("argument.invalid", "There is no reset sequence for 'custom_reset'.", {
      hint: "Give it as the third argument of after, or a customReset in resetConstructors.",
    });
  }
  if (!Object.hasOwn(AFTER, mode))
    throw new EspError("argument.invalid", `There is no reset mode '${mode}'.`, {
      hint: `Choose from ${Object.keys(AFTER).join(", ")}, custom_reset.`,
    });
  if (mode === "hard_reset" && hardReset !== undefined) return { strategy: hardReset(transport, usingUsbOtg) };
  // A chip that never answered can be reset all the same.
  if (mode === "hard_reset" && !isConnected) return { strategy: new HardReset(transport, usingUsbOtg) };
  return { mode: AFTER[mode] };
}
