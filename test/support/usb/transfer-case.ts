import type { FakeUsbOptions } from "./fake-usb.mjs";

/** A control transfer, or a method that is called; with what a comparison may leave open. */
export interface Transfer {
  readonly call?: string;
  readonly dir?: "in" | "out";
  readonly requestType?: string;
  readonly recipient?: string;
  readonly request?: number;
  readonly value?: number;
  readonly index?: number;
  readonly data?: readonly number[];
  readonly length?: number;
  readonly reply?: readonly number[] | "stall";
  readonly direction?: string;
  readonly endpointNumber?: number;
  readonly optional?: boolean;
  readonly orderFree?: boolean;
  readonly valueAny?: boolean;
  readonly valueMask?: number;
}

export interface TransferCase {
  readonly name: string;
  readonly family: string;
  readonly device: Readonly<Record<string, unknown>>;
  readonly claimInOrder: readonly number[];
  readonly dataInterface: number;
  readonly endpointIn: number;
  readonly endpointOut: number;
  readonly read: { readonly framing: "raw" | "ftdi"; readonly transferLength: number; readonly packetSize?: number };
  readonly open115200: readonly Transfer[];
  readonly lines: Readonly<Record<string, readonly Transfer[]>>;
  readonly to921600: readonly Transfer[];
  readonly to460800: readonly Transfer[];
  readonly close: readonly Transfer[];
}

/** What the device of a case answers: its transfers in, matched by everything but their place. */
export function repliesOf({ open115200 }: TransferCase): NonNullable<FakeUsbOptions["replies"]> {
  return ({ requestType, request, value }) =>
    open115200.find(
      (one) => one.dir === "in" && one.requestType === requestType && one.request === request && one.value === value,
    )?.reply ?? "stall";
}
