import { optional } from "../check/check.ts";
import { wholeNumber } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { type EspError, isEspError } from "../errors.ts";
import { checkPort } from "../port/check-port.ts";
import type { Port } from "../port/port.ts";
import { callSafely } from "../shield-listener.ts";
import type { MonitorLine } from "./line.ts";
import { checkMonitorOptions, type Monitor, type MonitorOptions, monitor } from "./monitor.ts";

export interface MonitorLinesOptions extends Omit<MonitorOptions, "onLine"> {
  /**
   * How many lines may wait to be taken: a device cannot be told to wait. The oldest are dropped then, and the event `dropped`
   * tells how many. Default 10 000.
   */
  readonly mostWaiting?: number | undefined;
}

const MOST_WAITING = 10_000;
const checkWaiting = shape<Pick<MonitorLinesOptions, "mostWaiting">>({ mostWaiting: optional(wholeNumber(1)) });

/**
 * What a device prints, line by line. The port is opened when the first line is asked for, and closed when the loop is
 * left. The signal ends the loop, without an error. Throws what `monitor` throws, and the loss of the device where
 * `reconnect` is false.
 *
 * @example
 * for await (const { text } of monitorLines(port, { signal })) console.log(text);
 */
export function monitorLines(
  port: Port,
  options: MonitorLinesOptions = {},
): AsyncGenerator<MonitorLine, void, undefined> {
  checkPort(port, "port");
  const { mostWaiting = MOST_WAITING } = checkWaiting(options, "options");
  return linesOf(port, checkMonitorOptions(options, "options"), mostWaiting);
}

async function* linesOf(
  port: Port,
  options: MonitorOptions,
  mostWaiting: number,
): AsyncGenerator<MonitorLine, void, undefined> {
  const waiting: MonitorLine[] = [];
  let dropped = 0;
  let end: { readonly error: EspError | null } | null = null;
  let wake = (): void => {};
  const onLine = (line: MonitorLine): void => {
    waiting.push(line);
    if (waiting.length > mostWaiting) {
      waiting.shift();
      dropped++;
    }
    wake();
  };
  const running = await openUnlessAborted(port, { ...options, onLine });
  if (running === null) return;
  void running.ended.then((error) => {
    end = { error };
    wake();
  });
  const next = async (): Promise<MonitorLine | null> => {
    while (waiting.length === 0 && end === null)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    const line = waiting.shift();
    if (line !== undefined) return line;
    if (end?.error) throw end.error;
    return null;
  };
  try {
    for (let line = await next(); line !== null; line = await next()) {
      if (dropped > 0) {
        const count = dropped;
        dropped = 0;
        callSafely(
          () => options.onEvent?.({ type: "dropped", count }),
          () => {},
        );
      }
      yield line;
    }
  } finally {
    await running.close();
  }
}

/** Null: stopped before it was open. */
async function openUnlessAborted(port: Port, options: MonitorOptions): Promise<Monitor | null> {
  try {
    return await monitor(port, options);
  } catch (error) {
    if (isEspError(error, "operation.aborted")) return null;
    throw error;
  }
}
