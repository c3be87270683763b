import { type Check, optional } from "../../check/check.ts";
import { checkMilliseconds } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkFunction } from "../../check/values.ts";
import { type Clock, sleep, systemClock } from "../../clock.ts";
import { type EspError, isEspError, throwIfAborted } from "../../errors.ts";
import { checkPort } from "../../port/check-port.ts";
import type { Port } from "../../port/port.ts";
import type { Attempts, ConnectOptions, Session } from "../session.ts";
import { CONNECT_OPTIONS, checkAttempts, checkSequences } from "./check-connect-options.ts";
import { connect, safeListener } from "./connect.ts";

/** Fact sheet 2.3. */
const PAUSE_MS = 100;

export interface RepeatedConnectOptions extends ConnectOptions {
  /** How often the port is opened at most; `unlimited`, which is the default: until it works or the signal fires. */
  readonly openPortAttempts?: Attempts | undefined;
  /** No further attempt is begun after so long; the last may take its time. Default: there is no such end. */
  readonly patienceMs?: number | undefined;
}

/**
 * Opens the port and connects, again and again: for a board that is not plugged in yet, or reset by hand. `makePort` is
 * asked anew each time, because a device that comes back may have become another one. Emits `connect.retrying`.
 *
 * Throws what the last attempt threw, at once what no repetition mends (another chip than expected, a wrong option),
 * and `operation.aborted`.
 *
 * @example
 * const session = await connectRepeatedly(() => portFromString("/dev/ttyUSB0"), { signal });
 */
export async function connectRepeatedly(
  makePort: () => Promise<Port>,
  options: RepeatedConnectOptions = {},
): Promise<Session> {
  checkFunction(makePort, "makePort");
  const wanted = checkRepeatedOptions(options, "options");
  await checkSequences(wanted);
  const { openPortAttempts = "unlimited", patienceMs = Number.POSITIVE_INFINITY, ...connectOptions } = wanted;
  // One for all attempts, so that it complains once.
  const onEvent = safeListener(wanted.onEvent);
  let clock: Clock = systemClock;
  let waitedMs = 0;
  // Not asked for what has no end: on Node that loads a part of its own.
  const now = (): number => (patienceMs === Number.POSITIVE_INFINITY ? 0 : clock.now());
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(wanted.signal);
    let port: Port | undefined;
    let startedAt = now();
    try {
      port = checkPort(await makePort(), "the result of makePort");
      // Each time is measured by the clock of the port that it was for.
      const isAnother = port.clock !== clock;
      clock = port.clock;
      if (isAnother) startedAt = now();
      return await connect(port, { ...connectOptions, onEvent });
    } catch (error) {
      waitedMs += now() - startedAt + PAUSE_MS;
      const isLast = (openPortAttempts !== "unlimited" && attempt >= openPortAttempts) || waitedMs >= patienceMs;
      if (!mayWorkLater(error) || isLast) throw error;
      const name = wanted.name ?? port?.info.path ?? "port";
      onEvent({
        session: name,
        type: "connect.retrying",
        attempt,
        code: error.code,
        message: error.message,
      });
      await sleep(clock, PAUSE_MS, wanted.signal);
    }
  }
}

/** The port may appear or become free; a chip may be put into download mode. */
const PASSING: ReadonlySet<string> = new Set([
  "port.none-found",
  "port.missing",
  "port.busy",
  "port.permission",
  "port.failed",
  "port.lost",
  "port.closed",
  "port.write-timeout",
  "connect.silence",
  "connect.garbage",
  "connect.wrong-boot-mode",
  "connect.no-reply-in-download-mode",
  "connect.echo",
  "connect.port-lost",
]);

function mayWorkLater(error: unknown): error is EspError {
  return isEspError(error) && PASSING.has(error.code);
}

export const checkRepeatedOptions: Check<RepeatedConnectOptions> = shape<RepeatedConnectOptions>({
  ...CONNECT_OPTIONS,
  openPortAttempts: optional(checkAttempts),
  patienceMs: optional(checkMilliseconds),
});
