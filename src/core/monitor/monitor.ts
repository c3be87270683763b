import { ASYNC_DISPOSE } from "../async-dispose.ts";
import type { ByteSource } from "../check/bytes.ts";
import { type Check, either, optional } from "../check/check.ts";
import { checkBaudRate, checkMilliseconds } from "../check/numbers.ts";
import { hasParts, shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import { checkBoolean, checkFunction, checkText, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { type AbortSignalLike, abortedError, EspError, messageOf, throwIfAborted } from "../errors.ts";
import { checkPort } from "../port/check-port.ts";
import type { Port } from "../port/port.ts";
import type { ResetSequence } from "../session/reset/reset-sequence.ts";
import { callSafely } from "../shield-listener.ts";
import type { Assembler, LinePiece, LineProcessor, MonitorLine } from "./line.ts";
import { applicationReset } from "./monitor-lines.ts";
import { monitorPipeline } from "./monitor-pipeline.ts";
import { ReconnectingPort } from "./reconnecting-port.ts";

/** What happens beside the lines. */
export type MonitorEvent =
  /** The device is gone; unless `reconnect` is false its return is waited for. */
  | { readonly type: "lost"; readonly error: EspError }
  /** One more attempt to open it again failed. */
  | { readonly type: "waiting"; readonly error: EspError }
  | { readonly type: "back" }
  /** What a processor has to say of the line before. */
  | { readonly type: "remark"; readonly text: string }
  /** Of `monitorLines`: so many lines were not taken in time, and are lost. */
  | { readonly type: "dropped"; readonly count: number }
  /** One of the functions given threw, or its promise rejected: told once. The monitor goes on. */
  | { readonly type: "failed"; readonly error: EspError };

export interface MonitorOptions {
  /** What the device prints at. Default 115200. */
  readonly baudRate?: number | undefined;
  /** Each line when it has ended. */
  readonly onLine?: ((line: MonitorLine) => void) | undefined;
  /** Text to be shown now: prompts, too, that no end of line follows. The pieces of a line come before the line. */
  readonly onPiece?: ((piece: LinePiece) => void) | undefined;
  readonly onEvent?: ((event: MonitorEvent) => void) | undefined;
  /** Ends the monitor; that is no error once it runs. */
  readonly signal?: AbortSignalLike | undefined;
  /** Starts the application again once the port is open, so that nothing is missed; or another reset. Default false. */
  readonly reset?: boolean | ResetSequence | undefined;
  /** Opens the port again when the device comes back. Default true. */
  readonly reconnect?: boolean | undefined;
  /** The port to try next when the device is away; unless given, the same one. */
  readonly nextPort?: ((lost: Port) => Promise<Port>) | undefined;
  /** Default `text`; `hex`: rows of a hex dump in place of lines. */
  readonly view?: "text" | "hex" | undefined;
  /**
   * Takes what is no text out of what the device sends before lines are made of it: a stage that is told where to deliver, as
   * `through` of an `improvClient` is. What it delivers is shown, now or later.
   */
  readonly through?: ((next: (bytes: Uint8Array) => void) => Assembler) | undefined;
  /** They look at each line of text; what they return is told as remarks. */
  readonly processors?: readonly LineProcessor[] | undefined;
}

/** A monitor that runs. */
export interface Monitor {
  /** Settles when it is over: with null after `close` or the signal, else with the error that ended it. Never rejects. */
  readonly ended: Promise<EspError | null>;
  /** Sends to the device; false when it is away. */
  write(bytes: ByteSource): Promise<boolean>;
  /** Starts the application again, or carries out another reset; false when the device is away. */
  reset(sequence?: ResetSequence): Promise<boolean>;
  /** Idempotent. What was begun of a line is told before. */
  close(): Promise<void>;
  /** `close`, for `await using`. */
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

const checkSequence: Check<ResetSequence> = shape<ResetSequence>({
  name: checkText,
  steps: listOf(
    either(
      shape<{ readonly dtr: boolean; readonly rts: boolean }>({ dtr: checkBoolean, rts: checkBoolean }),
      shape<{ readonly waitMs: number }>({ waitMs: checkMilliseconds }),
      "a step of a reset: { dtr, rts } or { waitMs }",
    ),
  ),
});

export const checkMonitorOptions: Check<MonitorOptions> = shape<MonitorOptions>({
  baudRate: optional(checkBaudRate),
  onLine: optional(checkFunction),
  onPiece: optional(checkFunction),
  onEvent: optional(checkFunction),
  signal: optional(checkSignal),
  reset: optional(either(checkBoolean, checkSequence, "true, false or a reset, as applicationReset gives it")),
  reconnect: optional(checkBoolean),
  nextPort: optional(checkFunction),
  view: optional(oneOf(["text", "hex"])),
  through: optional(checkFunction),
  processors: optional(listOf(checkFunction)),
});

/**
 * Shows what a device prints: opens the port without disturbing the application, and tells each line. Resolves when the port
 * is open. Throws `port.*` when it does not open, `port.lines-unsupported` for a reset where there are no lines,
 * `operation.aborted` when the signal fires before it is open.
 *
 * @example
 * const running = await monitor(port, { onLine: ({ text }) => console.log(text), reset: true, signal });
 * await running.ended;
 */
export async function monitor(port: Port, options: MonitorOptions = {}): Promise<Monitor> {
  checkPort(port, "port");
  const wanted = checkMonitorOptions(options, "options");
  throwIfAborted(wanted.signal);
  const running = new RunningMonitor(port, wanted);
  await running.start();
  return running;
}

class RunningMonitor implements Monitor {
  readonly ended: Promise<EspError | null>;
  readonly #options: MonitorOptions;
  readonly #port: ReconnectingPort;
  readonly #lines: Assembler;
  #settle: (error: EspError | null) => void = () => {};
  #closing: Promise<void> | null = null;
  #hasComplained = false;

  constructor(port: Port, options: MonitorOptions) {
    const { baudRate = 115_200, view = "text", processors = [], nextPort, reconnect = true } = options;
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const lines = monitorPipeline({
      clock: port.clock,
      view,
      processors,
      sink: {
        piece: (piece) => this.#call(() => options.onPiece?.(piece)),
        line: (line) => this.#call(() => options.onLine?.(line)),
        remark: (text) => this.#tell({ type: "remark", text }),
      },
    });
    this.#lines = options.through === undefined ? lines : staged(lines, options.through);
    this.#port = new ReconnectingPort(port, {
      baudRate,
      ...(nextPort !== undefined && { nextPort }),
      listener: {
        data: (bytes) => this.#lines.push(bytes),
        lost: (error) => {
          // What comes later belongs to another start of the device.
          this.#lines.flush();
          this.#tell({ type: "lost", error });
          if (!reconnect) void this.#end(error);
        },
        waiting: (error) => this.#tell({ type: "waiting", error }),
        back: () => this.#tell({ type: "back" }),
      },
    });
  }

  async start(): Promise<void> {
    const { signal, reset = false } = this.#options;
    signal?.addEventListener("abort", this.#onAbort);
    try {
      await this.#port.open();
      throwIfAborted(signal);
      if (reset !== false) await this.reset(reset === true ? undefined : reset);
      throwIfAborted(signal);
    } catch (error) {
      await this.close();
      throw signal?.aborted ? abortedError(signal) : error;
    }
  }

  readonly #onAbort = (): void => void this.close();

  write(bytes: ByteSource): Promise<boolean> {
    return this.#port.write(bytes);
  }

  async reset(sequence?: ResetSequence): Promise<boolean> {
    const asked = optional(checkSequence)(sequence, "sequence");
    return await this.#port.reset(asked ?? applicationReset(this.#port.port));
  }

  async close(): Promise<void> {
    await this.#end(null);
  }

  readonly [ASYNC_DISPOSE] = (): Promise<void> => this.close();

  #end(error: EspError | null): Promise<void> {
    this.#closing ??= this.#letGo(error);
    return this.#closing;
  }

  async #letGo(error: EspError | null): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    try {
      await this.#port.close();
    } finally {
      this.#lines.flush();
      this.#settle(error);
    }
  }

  #tell(event: MonitorEvent): void {
    this.#call(() => this.#options.onEvent?.(event));
  }

  /** What is not ours cannot disturb. */
  #call(call: () => unknown): void {
    callSafely(call, (cause) => {
      if (this.#hasComplained) return;
      this.#hasComplained = true;
      const error = new EspError("listener.failed", `The listener of the monitor failed: ${messageOf(cause)}.`, {
        cause,
      });
      callSafely(
        () => this.#options.onEvent?.({ type: "failed", error }),
        () => {},
      );
    });
  }
}

/** The stage before the lines; what it keeps back comes before the lines end. */
function staged(lines: Assembler, through: (next: (bytes: Uint8Array) => void) => Assembler): Assembler {
  const stage = checkStage(
    through((bytes) => lines.push(bytes)),
    "options.through()",
  );
  return {
    push: (bytes) => stage.push(bytes),
    flush: () => {
      stage.flush();
      lines.flush();
    },
  };
}

const checkStage: Check<Assembler> = hasParts<Assembler>("a stage with push and flush", {
  push: checkFunction,
  flush: checkFunction,
});
