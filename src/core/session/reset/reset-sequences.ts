import { type Clock, sleep } from "../../clock.ts";
import type { AbortSignalLike } from "../../errors.ts";
import { loadPart } from "../../load-part.ts";
import type { Port, PortInfo } from "../../port/port.ts";
import type { BeforeMode } from "../session.ts";
import type { ResetSequence } from "./reset-sequence.ts";

/** Fact sheet 2.3: how long IO0 stays low after EN is released; the long one is for large capacitors on EN. */
const SHORT_DELAY_MS = 50;
const LONG_DELAY_MS = 550;
/** CP2102C: its lines double as hardware flow control, so IO0 must not be released by the sequence. */
const FLOW_CONTROL_ADAPTERS: readonly (readonly [number, number])[] = [[0x10c4, 0xea64]];
/** Product id of the built-in USB-Serial/JTAG converter. */
export const SERIAL_JTAG_PRODUCT_ID = 0x1001;

export function usesFlowControl(info: PortInfo): boolean {
  return FLOW_CONTROL_ADAPTERS.some(
    ([vendor, product]) => info.usbVendorId === vendor && info.usbProductId === product,
  );
}

/** DTR and RTS change one after the other, the way any adapter can. */
export function classicReset(delayMs: number, releaseBoot = true): ResetSequence {
  return {
    name: `classic reset, ${delayMs} ms`,
    steps: [
      { dtr: false, rts: true },
      { waitMs: 100 },
      { dtr: true, rts: true },
      { dtr: true, rts: false },
      { waitMs: delayMs },
      ...(releaseBoot ? [{ dtr: false, rts: false }] : []),
    ],
  };
}

/** Both lines change in one call: EN never rises while IO0 is still high. */
export function tightReset(delayMs: number, releaseBoot = true): ResetSequence {
  return {
    name: `tight reset, ${delayMs} ms`,
    steps: [
      { dtr: false, rts: false },
      { dtr: true, rts: true },
      { dtr: false, rts: true },
      { waitMs: 100 },
      { dtr: true, rts: false },
      { waitMs: delayMs },
      ...(releaseBoot ? [{ dtr: false, rts: false }] : []),
    ],
  };
}

/** The built-in converter reads the lines as commands; it must pass through (1,1), not (0,0). */
export const USB_JTAG_RESET: ResetSequence = {
  name: "USB-Serial/JTAG reset",
  steps: [
    { dtr: false, rts: false },
    { waitMs: 100 },
    { dtr: true, rts: false },
    { waitMs: 100 },
    { dtr: true, rts: true },
    { dtr: false, rts: true },
    { waitMs: 100 },
    { dtr: false, rts: false },
  ],
};

/** `slow`: the timing native USB ports need. */
export function hardReset(slow: boolean): ResetSequence {
  const waitMs = slow ? 200 : 100;
  return {
    name: "hard reset",
    steps: [{ dtr: false, rts: true }, { waitMs }, { dtr: false, rts: false }, ...(slow ? [{ waitMs }] : [])],
  };
}

/** CP2102C: DTR must be asserted while RTS is released, or flow control holds the data back. */
export const FLOW_CONTROL_HARD_RESET: ResetSequence = {
  name: "hard reset",
  steps: [
    { dtr: false, rts: true },
    { waitMs: 100 },
    { dtr: true, rts: true },
    { waitMs: 100 },
    { dtr: true, rts: false },
    { dtr: false, rts: false },
  ],
};

export interface ResetChoice {
  readonly before: BeforeMode;
  readonly resetDelayMs?: number | undefined;
  readonly customResetSequence?: string | undefined;
}

/** A caller's own sequence, of which most have none. Throws `connect.reset-sequence`, `package.part-missing`. */
export async function customSequence(text: string | undefined): Promise<ResetSequence | undefined> {
  if (text === undefined) return undefined;
  const { readResetSequence } = await loadPart("custom reset sequences", () => import("./read-reset-sequence.ts"));
  return readResetSequence(text);
}

/** The sequences to cycle through while connecting to this port, best first. Pure. */
export function resetSequencesFor(
  port: Pick<Port, "info" | "capabilities">,
  choice: Omit<ResetChoice, "customResetSequence"> & { readonly custom?: ResetSequence | undefined },
): readonly ResetSequence[] {
  if (choice.custom !== undefined) return [choice.custom];
  const serialJtag = port.info.usbProductId === SERIAL_JTAG_PRODUCT_ID;
  if (choice.before === "usb-reset" || serialJtag) return [USB_JTAG_RESET];
  const release = !usesFlowControl(port.info);
  const delays = choice.resetDelayMs === undefined ? [SHORT_DELAY_MS, LONG_DELAY_MS] : [choice.resetDelayMs];
  const classic = delays.map((delay) => classicReset(delay, release));
  return port.capabilities.atomicLines ? [...delays.map((delay) => tightReset(delay, release)), ...classic] : classic;
}

/** Carries out a sequence. Throws `port.lines-unsupported`, `port.lost`, `operation.aborted`. */
export async function runResetSequence(
  port: Port,
  sequence: ResetSequence,
  clock: Clock,
  signal?: AbortSignalLike,
): Promise<void> {
  for (const step of sequence.steps) {
    if ("waitMs" in step) await sleep(clock, step.waitMs, signal);
    else await port.setLines(step);
  }
}
