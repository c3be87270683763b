// Shelf: the serial terminal: keys, menu, log file.
// In: lines of a device and keys of a person.
// Out: what is shown, what is sent, what is logged.

import type { BinaryLogReader } from "../../crash.ts";
import {
  type Assembler,
  applicationReset,
  baudRateHint,
  bootloaderReset,
  EspError,
  isEspError,
  monitorPipeline,
  type Port,
  ReconnectingPort,
  type ResetSequence,
} from "../../index.ts";
import type { CliNoticeCode, MonitorNoticeCode } from "../cli-event.ts";
import { type ConfigSettings, readSettings } from "../config/config-settings.ts";
import type { RunContext } from "../context.ts";
import { readInput } from "../host/user-files.ts";
import { BinaryLogText } from "./binary-log-text.ts";
import { CrashWatch, type Explaining } from "./crash-watch.ts";
import { LineGoals, type Verdict } from "./line-goals.ts";
import { type Asked, HELP_LINES, type KeyAction, MENU_LINE, menuKeys } from "./menu-keys.ts";
import { MonitorOutput } from "./monitor-output.ts";
import type { ReportTeller } from "./report-teller.ts";

interface ResetKind {
  readonly code: MonitorNoticeCode;
  readonly message: string;
  /** What to do where the port cannot. */
  readonly byHand: string;
  readonly sequenceFor: (port: Port, settings: ConfigSettings) => ResetSequence;
}

const APPLICATION: ResetKind = {
  code: "monitor.reset",
  message: "Resetting the chip.",
  byHand: "Press RESET on the board.",
  sequenceFor: (port, { customHardResetSequence }) => applicationReset(port, customHardResetSequence),
};

const BOOTLOADER: ResetKind = {
  code: "monitor.bootloader",
  message: "Starting the bootloader; R in the menu resets.",
  byHand: "Hold BOOT and press RESET on the board.",
  sequenceFor: (port, { resetDelayMs, customResetSequence }) =>
    bootloaderReset(port, { resetDelayMs, customResetSequence }),
};

const QUESTIONS: Readonly<Record<Asked, string>> = {
  search: "Search for",
  send: "Send a line, or @FILE",
};

/** How crashes are explained. */
export interface Decoding {
  readonly explaining: Explaining;
  readonly tell: ReportTeller;
}

/** One terminal session: port, keys and output, from the opening of the port to its end. */
export class MonitorSession {
  readonly #context: RunContext;
  readonly #port: ReconnectingPort;
  readonly #output: MonitorOutput;
  readonly #pipeline: Assembler;
  readonly #baudRate: number;
  readonly #settings: ConfigSettings;
  readonly #goals: LineGoals;
  readonly #crashes: CrashWatch | null;
  readonly #readKeys: ReturnType<typeof menuKeys> = menuKeys();
  /** What goes to the chip, in order. */
  #sending: Promise<void> = Promise.resolve();
  #isResetting = false;
  #isFrozen = false;
  /** Told already: something went wrong, and telling it again at each key or attempt would help nobody. */
  readonly #told: Set<string> = new Set();
  #finish: () => void = () => {};
  #failure: EspError | null = null;
  #isMet = false;
  readonly #finished: Promise<void>;
  #isOver = false;

  /** `binaryLog`: where the device's log is in its binary form. Throws `argument.invalid`. */
  constructor(context: RunContext, port: Port, decoding: Decoding | null, binaryLog: BinaryLogReader | null) {
    const { options, host } = context;
    this.#context = context;
    this.#settings = readSettings(context.config);
    this.#baudRate = options.number("baud") ?? 115_200;
    const dateAt = (atMs: number): Date => new Date(host.date().getTime() - (port.clock.now() - atMs));
    const output = new MonitorOutput({ context, dateAt, tell: decoding?.tell ?? null });
    this.#output = output;
    this.#goals = new LineGoals(options);
    const now = (): number => port.clock.now();
    this.#crashes =
      decoding === null
        ? null
        : new CrashWatch(port.clock, decoding.explaining, {
            crash: (report) => output.crash(report, now()),
            boot: (report) => output.boot(report, now()),
            coreDump: (dump) => output.coreDump(dump, now()),
            prompted: () => this.#answerPrompt(),
            skipped: (count) =>
              output.say("monitor.skipped", `${count} crashes and starts came too fast to be explained.`),
            found: (message) => output.say("elf.found", message),
            // The device goes on, and so does its log.
            failed: (error) =>
              output.say(
                isEspError(error) ? error.code : "internal",
                `It could not be explained: ${isEspError(error) ? error.message : String(error)}`,
              ),
          });
    const lines = monitorPipeline({
      clock: port.clock,
      view: options.flag("hex") ? "hex" : "text",
      processors: [baudRateHint(this.#baudRate)],
      sink: {
        piece: (piece) => {
          output.piece(piece);
          this.#crashes?.piece(piece);
          this.#judge(this.#goals.piece(piece));
        },
        line: (line) => {
          output.line(line);
          this.#crashes?.line(line.text, line.atMs);
        },
        remark: (text) => output.remark(text),
      },
    });
    this.#pipeline = binaryLog === null ? lines : new BinaryLogText(port.clock, binaryLog, lines);
    this.#port = new ReconnectingPort(port, { baudRate: this.#baudRate, listener: this.#listener(port.info.path) });
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Ends when the user exits. Throws `port.*` when the port does not open, and `operation.aborted`. */
  async run(): Promise<void> {
    const { host, options, signal } = this.#context;
    await this.#port.open();
    let release: () => void = () => {};
    let stopTimer: () => void = () => {};
    const onAbort = (): void => this.#finish();
    signal.addEventListener("abort", onAbort);
    try {
      this.#welcome();
      stopTimer = this.#startTimer();
      if (options.flag("reset") && !signal.aborted) await this.#reset(APPLICATION);
      release = host.stdin.isTTY ? this.#takeKeys() : this.#takePipe();
      if (!signal.aborted) await this.#finished;
    } finally {
      signal.removeEventListener("abort", onAbort);
      stopTimer();
      release();
      this.#isOver = true;
      await this.#port.close();
      this.#pipeline.flush();
      this.#crashes?.end();
      await this.#crashes?.settled();
      this.#output.freeze(false);
      await this.#output.close();
    }
    if (signal.aborted) throw new EspError("operation.aborted", "The monitor was stopped.", { cause: signal.reason });
    if (this.#failure !== null) throw this.#failure;
    if (!this.#isMet && this.#goals.unmet !== null) throw this.#goals.unmet;
  }

  #judge(verdict: Verdict | null): void {
    if (verdict === null || this.#isMet || this.#failure !== null) return;
    if (verdict.kind === "met") this.#isMet = true;
    else this.#failure = verdict.error;
    this.#finish();
  }

  #startTimer(): () => void {
    const seconds = this.#context.options.number("timeout");
    return seconds === undefined ? () => {} : this.#port.port.clock.after(seconds * 1000, () => this.#finish());
  }

  #listener(path: string): ConstructorParameters<typeof ReconnectingPort>[1]["listener"] {
    return {
      data: (bytes) => {
        this.#pipeline.push(bytes);
        if (this.#output.isUnread) this.#finish();
      },
      lost: () => {
        this.#pipeline.flush();
        this.#crashes?.end();
        this.#output.say("monitor.lost", `${path} is gone; waiting for it to come back.`);
      },
      waiting: (error) => {
        // That it is not there yet is no news.
        if (error.code !== "port.missing" && error.code !== "port.lost") this.#complain(error);
        this.#output.dot();
      },
      back: () => {
        this.#told.clear();
        this.#output.say("monitor.back", `${path} is back.`);
      },
    };
  }

  #welcome(): void {
    const keys = this.#context.host.stdin.isTTY ? " Ctrl-] exits, Ctrl-T opens the menu." : "";
    const { path } = this.#port.port.info;
    this.#output.say("monitor.opened", `Monitor on ${path} at ${this.#baudRate} baud.${keys}`);
  }

  /** A terminal: nothing waits for the chip, or a chip that takes nothing would keep the exit key from being read. */
  #takeKeys(): () => void {
    return this.#context.host.stdin.listen({
      data: (bytes) => {
        for (const action of this.#readKeys(bytes)) this.#act(action);
      },
      end: () => this.#finish(),
    });
  }

  /** A pipe: as fast as the chip takes it. Its end does not end the session. */
  #takePipe(): () => void {
    return this.#context.host.stdin.listen({ data: (bytes) => this.#send(bytes), end: () => {} });
  }

  #act(action: KeyAction): void {
    const output = this.#output;
    switch (action.kind) {
      case "send":
        void this.#send(action.bytes);
        break;
      case "interrupt-sent":
        this.#sayOnce("monitor.interrupt-sent", "Ctrl-C was sent to the chip. Ctrl-] exits.");
        break;
      case "menu":
        output.say("monitor.menu", `Menu: ${MENU_LINE}`);
        break;
      case "help":
        for (const line of HELP_LINES) output.say("monitor.help", line);
        break;
      case "reset":
        void this.#reset(APPLICATION);
        break;
      case "bootloader":
        void this.#reset(BOOTLOADER);
        break;
      case "log":
        output.toggleLog(this.#context.options.text("log"));
        break;
      case "timestamps":
        output.toggleTimestamps();
        break;
      case "output":
        this.#isFrozen = !this.#isFrozen;
        if (this.#isFrozen) output.say("monitor.output", "The screen is frozen; Y in the menu goes on.");
        output.freeze(this.#isFrozen);
        break;
      case "flash":
        output.say("monitor.help", "To flash, exit and use esptool flash, or P for other programs.");
        break;
      case "typing":
        // Lines of the device would tear what is typed apart.
        output.freeze(true);
        output.ask(QUESTIONS[action.asked], action.text);
        break;
      case "cancelled":
        output.say("monitor.menu", "Nothing is done.");
        output.freeze(this.#isFrozen);
        break;
      case "typed":
        this.#typed(action.asked, action.text);
        output.freeze(this.#isFrozen);
        break;
      case "exit":
        this.#finish();
        break;
      case "unknown":
        output.say("monitor.menu", `The menu has no '${action.key}': ${MENU_LINE}`);
    }
  }

  #typed(asked: Asked, text: string): void {
    if (text === "") this.#output.say("monitor.menu", "Nothing is done.");
    else if (asked === "search") this.#output.search(text);
    else if (text.startsWith("@")) void this.#sendFile(text.slice(1));
    // As a keyboard ends a line.
    else void this.#send(new TextEncoder().encode(`${text}\r`));
  }

  async #sendFile(file: string): Promise<void> {
    try {
      const bytes = await readInput(this.#context.host, file);
      await this.#send(bytes);
      this.#output.say("monitor.sent", `Sent ${bytes.length} bytes of ${file}.`);
    } catch (error) {
      this.#told.clear();
      this.#complain(error);
    }
  }

  #answerPrompt(): void {
    this.#output.say("monitor.sent", "The chip offers its core dump; it is asked for it.");
    void this.#send(Uint8Array.of(0x0d));
  }

  #send(bytes: Uint8Array): Promise<void> {
    this.#sending = this.#sending.then(async () => {
      try {
        const isSent = await this.#port.write(bytes);
        // What was on its way when the session ended is nothing to be told of.
        if (!isSent && !this.#isOver) this.#sayOnce("monitor.not-sent", "Nothing is sent while the port is away.");
      } catch (error) {
        this.#complain(error, "Make sure that the application reads its console.");
      }
    });
    return this.#sending;
  }

  async #reset({ code, message, byHand, sequenceFor }: ResetKind): Promise<void> {
    if (this.#isResetting) return;
    this.#isResetting = true;
    try {
      this.#output.say(code, message);
      const { port } = this.#port;
      const wasOpen = this.#port.isOpen;
      await this.#port.reset(sequenceFor(port, this.#settings));
      if (!wasOpen) this.#output.say("monitor.not-reset", "The port is away; there is nothing to reset.");
    } catch (error) {
      this.#told.clear();
      this.#complain(error, isEspError(error, "port.lines-unsupported") ? byHand : undefined);
    } finally {
      this.#isResetting = false;
    }
  }

  #complain(error: unknown, hint?: string): void {
    if (!isEspError(error)) throw error;
    const advice = hint ?? error.hint;
    this.#sayOnce(error.code, advice === undefined ? error.message : `${error.message} ${advice}`);
  }

  #sayOnce(code: CliNoticeCode, message: string): void {
    if (this.#told.has(code)) return;
    this.#told.add(code);
    this.#output.say(code, message);
  }
}
