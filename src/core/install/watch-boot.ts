import { type Check, optional } from "../check/check.ts";
import { checkBaudRate, checkMilliseconds } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import { checkFunction, checkText, listOf } from "../check/values.ts";
import { type AbortSignalLike, throwIfAborted } from "../errors.ts";
import { monitor } from "../monitor/monitor.ts";
import type { Port } from "../port/port.ts";

/**
 * `runs`: something other than the ROM has printed. `download-mode`: the ROM waits for a download, so a person has to press
 * the reset button. `restarts`: it starts again and again. `no-program`: the ROM finds nothing to start. `silent`: nothing
 * was printed, which some firmware does.
 */
export type BootVerdict = "runs" | "download-mode" | "restarts" | "no-program" | "silent";

export interface BootSeen {
  readonly verdict: BootVerdict;
  readonly lines: readonly string[];
}

export interface WatchBootOptions {
  /** At which the firmware prints; default 115200. */
  readonly baudRate?: number | undefined;
  /** How long is listened for a sign at most; default 5 s. */
  readonly waitMs?: number | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

const WAIT_MS = 5000;
/** A program that crashes at once prints something before. */
const SETTLE_MS = 1200;
const MOST_LINES = 500;
const RESTARTS = 3;

/** What the ROM and the tables of its loader print, of all chips (fact sheet esptool-core 2.3). */
const ROM_LINE =
  /^\s*(?:ESP-ROM:|ets [A-Z]|Build:|rst:|rst cause:|Saved PC|Core[01] Saved|boot:|SPIWP:|mode:|load[: ]|entry |tail |chksum |csum |configsip:|clk_drv:|ho \d|~ld|waiting for download|invalid header|ets_main\.c|flash read err)/;

/** As what the ROM of an ESP8266 prints at 74880 baud looks at any other rate. */
const GARBLED = new RegExp(
  `[${String.fromCharCode(0)}-${String.fromCharCode(8)}${String.fromCharCode(0x7f)}-${String.fromCharCode(0x9f)}\uFFFD]`,
);

function isOfProgram(line: string): boolean {
  return /[!-~]/.test(line) && !GARBLED.test(line) && !ROM_LINE.test(line);
}

const checkOptions: Check<WatchBootOptions> = shape<WatchBootOptions>({
  baudRate: optional(checkBaudRate),
  waitMs: optional(checkMilliseconds),
  onLine: optional(checkFunction),
  signal: optional(checkSignal),
});

/** What these lines say. Pure. */
export function judgeBoot(lines: readonly string[]): BootVerdict {
  const given = listOf(checkText)(lines, "lines");
  const starts = given.filter((line) => /\brst:0x|rst cause:/.test(line)).length;
  const last = given.findLastIndex((line) => /\brst:0x|rst cause:/.test(line));
  const since = given.slice(Math.max(0, last));
  if (since.some((line) => /waiting for download/.test(line))) return "download-mode";
  if (given.some((line) => /invalid header: 0x|flash read err/.test(line))) return "no-program";
  if (starts >= RESTARTS) return "restarts";
  return since.some(isOfProgram) ? "runs" : "silent";
}

/**
 * Listens to a chip that was just reset until it is clear what it does. Takes a port that is closed, or as `disconnect`
 * hands it over with `keepOpen`, and closes it. Throws `port.*`, `operation.aborted`.
 */
export async function watchBoot(port: Port, options: WatchBootOptions = {}): Promise<BootSeen> {
  const { baudRate, waitMs = WAIT_MS, onLine, signal } = checkOptions(options, "options");
  // A port that was handed over is open, and its owner has nothing left to close it with.
  if (signal?.aborted) await port.close();
  throwIfAborted(signal);
  const lines: string[] = [];
  let hear: () => void = () => {};
  const running = await monitor(port, {
    ...(baudRate !== undefined && { baudRate }),
    signal,
    onLine: ({ text }) => {
      if (lines.length < MOST_LINES) lines.push(text);
      onLine?.(text);
      hear();
    },
  });
  let hasEnded = false;
  void running.ended.then(() => {
    hasEnded = true;
    hear();
  });
  try {
    const { clock } = port;
    let until = clock.now() + waitMs;
    for (let verdict: BootVerdict = "silent"; !hasEnded && clock.now() < until; verdict = judgeBoot(lines)) {
      if (verdict === "download-mode" || verdict === "restarts" || verdict === "no-program") break;
      if (verdict === "runs") until = Math.min(until, clock.now() + SETTLE_MS);
      // What comes meanwhile may decide at once.
      await new Promise<void>((resolve) => {
        const cancel = clock.after(until - clock.now(), resolve);
        hear = () => {
          cancel();
          resolve();
        };
      });
      throwIfAborted(signal);
    }
    return { verdict: judgeBoot(lines), lines };
  } finally {
    await running.close();
  }
}
