import { wholeNumber } from "../../core/check/numbers.ts";
import { checkText } from "../../core/check/values.ts";
import { EspError } from "../../index.ts";
import { insideOf, type Transport } from "./transport.ts";

export interface ResetStrategy {
  transport: Transport;
  reset(): Promise<void>;
}

/** What to make in place of the sequences that the library chooses by itself. */
export interface ResetConstructors {
  classicReset?: ((transport: Transport, resetDelay: number) => ResetStrategy) | undefined;
  usbJTAGSerialReset?: ((transport: Transport) => ResetStrategy) | undefined;
  hardReset?: ((transport: Transport, usingUsbOtg?: boolean) => ResetStrategy) | undefined;
  customReset?: ((transport: Transport, sequenceString: string) => ResetStrategy) | undefined;
}

/** As long as a sequence may say. */
const checkDelay = wholeNumber(0, 999_999);

type Step = { readonly line: "D" | "R"; readonly state: boolean } | { readonly waitMs: number };

/** Null for text that is no sequence. Waits are in milliseconds here; in `customResetSequence` of the library in seconds. */
function parseSequence(text: string): readonly Step[] | null {
  const steps = text.split("|").map((part): Step | null => {
    const match = /^(?:([DR])([01])|W(\d{1,6}))$/.exec(part);
    if (match === null) return null;
    const [, line, state, wait] = match;
    return wait === undefined ? { line: line === "D" ? "D" : "R", state: state === "1" } : { waitMs: Number(wait) };
  });
  return steps.every((step) => step !== null) ? steps : null;
}

export function validateCustomResetStringSequence(seqStr: string): boolean {
  return typeof seqStr === "string" && parseSequence(seqStr) !== null;
}

async function run(transport: Transport, sequence: string): Promise<void> {
  const steps = parseSequence(sequence);
  if (steps === null)
    throw new EspError("connect.reset-sequence", `'${sequence}' is no reset sequence.`, {
      hint: "Write commands joined by '|': D0 or D1 (DTR), R0 or R1 (RTS), W100 (wait, milliseconds).",
      details: { sequence },
    });
  const { clock } = insideOf(transport);
  for (const step of steps) {
    if ("waitMs" in step) await new Promise<void>((resolve) => clock.after(step.waitMs, resolve));
    else if (step.line === "D") await transport.setDTR(step.state);
    else await transport.setRTS(step.state);
  }
}

/** Into download mode through an adapter whose lines pull EN and IO0. */
export class ClassicReset implements ResetStrategy {
  transport: Transport;
  resetDelay: number;

  constructor(transport: Transport, resetDelay: number) {
    this.transport = transport;
    this.resetDelay = checkDelay(resetDelay, "resetDelay");
  }

  async reset(): Promise<void> {
    await run(this.transport, `D0|R1|W100|D1|R0|W${this.resetDelay}|D0`);
  }
}

/** Into download mode through the chip's own USB-Serial/JTAG converter, which must not see both lines released at once. */
export class UsbJtagSerialReset implements ResetStrategy {
  transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  async reset(): Promise<void> {
    await run(this.transport, "R0|D0|W100|D1|R0|W100|R1|D0|R1|W100|R0|D0");
  }
}

/** Starts the application. */
export class HardReset implements ResetStrategy {
  transport: Transport;
  readonly #usingUsbOtg: boolean;

  constructor(transport: Transport, usingUsbOtg = false) {
    this.transport = transport;
    this.#usingUsbOtg = usingUsbOtg;
  }

  async reset(): Promise<void> {
    await run(this.transport, this.#usingUsbOtg ? "D0|R1|W200|R0|W200" : "D0|R1|W100|R0");
  }
}

export class CustomReset implements ResetStrategy {
  transport: Transport;
  readonly #sequence: string;

  constructor(transport: Transport, sequenceString: string) {
    this.transport = transport;
    this.#sequence = checkText(sequenceString, "sequenceString");
  }

  /** Throws `connect.reset-sequence`. */
  async reset(): Promise<void> {
    await run(this.transport, this.#sequence);
  }
}
