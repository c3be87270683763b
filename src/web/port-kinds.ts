import { type Check, optional } from "../core/check/check.ts";
import { shape } from "../core/check/shapes.ts";
import { checkBoolean, checkObject } from "../core/check/values.ts";
import type { UsbLike } from "./usb/usb-types.ts";
import type { SerialLike } from "./web-serial-types.ts";

/** How a page reaches devices: by the browser's serial ports, or by USB with the drivers of this library. */
export type PortKind = "serial" | "usb";

/** What a browser has, as far as ports are concerned. */
export interface BrowserFacts {
  readonly serial?: SerialLike | undefined;
  readonly usb?: UsbLike | undefined;
  readonly isAndroid: boolean;
  readonly isSecure: boolean;
}

export function browserFacts(): BrowserFacts {
  const { navigator, isSecureContext } = globalThis as {
    readonly navigator?:
      | {
          readonly serial?: SerialLike | undefined;
          readonly usb?: UsbLike | undefined;
          readonly userAgent?: string | undefined;
        }
      | undefined;
    readonly isSecureContext?: boolean | undefined;
  };
  return {
    serial: navigator?.serial,
    usb: navigator?.usb,
    isAndroid: /Android/.test(navigator?.userAgent ?? ""),
    isSecure: isSecureContext !== false,
  };
}

const checkFacts: Check<BrowserFacts> = shape<BrowserFacts>({
  serial: optional(checkObject),
  usb: optional(checkObject),
  isAndroid: checkBoolean,
  isSecure: checkBoolean,
});

/**
 * The kinds that lead to devices here, the better one first. On Android both may: there browsers have serial ports and show no
 * USB adapters among them, so USB comes first. Elsewhere the system's drivers hold the adapters, so USB is only for browsers
 * without serial ports. Pure.
 */
export function portKinds(facts: BrowserFacts = browserFacts()): PortKind[] {
  return kindsOf(checkFacts(facts, "facts"));
}

/** `portKinds` of what is known to be such. */
export function kindsOf({ serial, usb, isAndroid }: BrowserFacts): PortKind[] {
  const hasUsb = usb !== undefined && (isAndroid || serial === undefined);
  const kinds: PortKind[] = hasUsb ? ["usb"] : [];
  if (serial !== undefined) kinds.push("serial");
  return kinds;
}
