import { CHIPS } from "../../../src/core/chip/catalog.ts";
import type { ResetSequence } from "../../../src/core/session/reset/reset-sequence.ts";
import {
  classicReset,
  hardReset,
  tightReset,
  USB_JTAG_RESET,
} from "../../../src/core/session/reset/reset-sequences.ts";
import { code, table } from "./markdown.ts";

const SHORT_DELAY_MS = 50;

export function resetBlocks(): Readonly<Record<string, string>> {
  const sequences = [classicReset(SHORT_DELAY_MS), tightReset(SHORT_DELAY_MS), USB_JTAG_RESET, hardReset(false)];
  return {
    "boot-pins": table(
      ["chip", "pull low for download mode", "must be", "own USB"],
      CHIPS.map(({ name, bootStrap, usb }) => [
        name,
        bootStrap?.gpio ?? "see its data sheet",
        bootStrap?.second ?? "",
        [...(usb.serialJtag ? ["USB-Serial/JTAG"] : []), ...(usb.otgProductId === null ? [] : ["USB-OTG"])].join(", "),
      ]),
    ),
    "reset-sequences": table(
      ["sequence", "steps"],
      sequences.map(({ name, steps }) => [name, code(sequenceText(steps))]),
    ),
  };
}

/** In the form that a configuration file takes. */
function sequenceText(steps: ResetSequence["steps"]): string {
  return steps
    .map((step) => ("waitMs" in step ? `W${step.waitMs / 1000}` : `U${Number(step.dtr)},${Number(step.rts)}`))
    .join("|");
}
