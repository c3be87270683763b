import { type Check, either, optional } from "../../check/check.ts";
import { checkBaudRate, checkMilliseconds, wholeNumber } from "../../check/numbers.ts";
import { type Shape, shape } from "../../check/shapes.ts";
import { checkSignal } from "../../check/signal.ts";
import { checkBoolean, checkFunction, checkName, checkText, listOf } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { checkDescriptor } from "../../chip/check-chip.ts";
import { checkChipOrAuto } from "../../chip/chip-index.ts";
import { checkHostMemory } from "../../host-memory.ts";
import { DEFAULT_LIMITS, type TimeoutLimits } from "../../wire/command.ts";
import { customSequence } from "../reset/reset-sequences.ts";
import { AFTER_MODES, type Attempts, BEFORE_MODES, type ConnectOptions } from "../session.ts";

const checkLimits: Check<Partial<TimeoutLimits>> = shape<Partial<TimeoutLimits>>(
  Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((name) => [name, optional(checkMilliseconds)])) as Shape<
    Partial<TimeoutLimits>
  >,
);

export const checkAttempts: Check<Attempts> = either<number, "unlimited">(
  wholeNumber(1),
  oneOf(["unlimited"]),
  "a whole number from 1 on, or 'unlimited'",
);

const checkBaudChoice: Check<number | "auto"> = either<number, "auto">(
  checkBaudRate,
  oneOf(["auto"]),
  "a baud rate, or 'auto'",
);

export const CONNECT_OPTIONS: Shape<ConnectOptions> = {
  chip: optional(checkChipOrAuto),
  chips: optional(listOf(checkDescriptor)),
  baudRate: optional(checkBaudChoice),
  before: optional(oneOf(BEFORE_MODES)),
  after: optional(oneOf(AFTER_MODES)),
  stub: optional(checkBoolean),
  plugins: optional(listOf(checkName)),
  connectAttempts: optional(checkAttempts),
  resetDelayMs: optional(checkMilliseconds),
  customResetSequence: optional(checkText),
  customHardResetSequence: optional(checkText),
  limits: optional(checkLimits),
  memory: optional(checkHostMemory),
  onEvent: optional(checkFunction),
  signal: optional(checkSignal),
  name: optional(checkText),
  trace: optional(checkBoolean),
};

export const checkConnectOptions: Check<ConnectOptions> = shape(CONNECT_OPTIONS);

/** Both are read once before anything is touched: the one for the end is needed only then. Throws `connect.reset-sequence`. */
export async function checkSequences({ customResetSequence, customHardResetSequence }: ConnectOptions): Promise<void> {
  await customSequence(customResetSequence);
  await customSequence(customHardResetSequence);
}
