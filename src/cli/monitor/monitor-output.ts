import type { BootReport, CoreDump, CrashReport } from "../../crash.ts";
import {
  type EspError,
  type LinePiece,
  type MonitorLine,
  type MonitorSink,
  type PrintFilter,
  parsePrintFilter,
  plainLine,
} from "../../index.ts";
import type { CliNoticeCode } from "../cli-event.ts";
import { CLI_SESSION, type RunContext } from "../context.ts";
import type { CliHost } from "../host/host.ts";
import { writeError } from "../host/user-files.ts";
import { objectLine } from "../show/json-output.ts";
import { styleOf } from "../show/style.ts";
import { dateForFile } from "./date-text.ts";
import { Display, pieceText } from "./display.ts";
import { HeldText } from "./held-text.ts";
import { lineStamps } from "./line-stamps.ts";
import { logColours } from "./log-colours.ts";
import { LogFile } from "./log-file.ts";
import type { ReportTeller } from "./report-teller.ts";
import { Scrollback } from "./scrollback.ts";

export interface MonitorOutputOptions {
  readonly context: RunContext;
  /** The date and time of a moment of the port's clock. */
  readonly dateAt: (atMs: number) => Date;
  /** Crashes and starts as lines. */
  readonly tell: ReportTeller | null;
}

/** A screen full. */
const MOST_FOUND = 20;

/** Where the device's lines and the monitor's own words go: screen or JSON, and the log file. */
export class MonitorOutput implements MonitorSink {
  readonly #host: CliHost;
  readonly #emit: RunContext["emit"];
  readonly #dateAt: (atMs: number) => Date;
  readonly #display: Display;
  readonly #form: "text" | "json";
  readonly #isSilent: boolean;
  readonly #isHex: boolean;
  readonly #stampAt: (atMs: number) => string;
  readonly #filter: PrintFilter;
  readonly #tell: ReportTeller | null;
  readonly #colour: (piece: LinePiece, text: string) => string;
  /** The log is what the device prints, and nothing else. */
  readonly #isLogPlain: boolean;
  readonly #scrollback = new Scrollback();
  /** What a frozen screen does not show yet; null: it is not frozen. */
  #held: HeldText | null = null;
  /** The line whose pieces come is filtered out. */
  #isHidden = false;
  #timestamps: boolean;
  #log: LogFile | null = null;
  #logFailure: EspError | null = null;

  constructor({ context: { host, options, emit }, dateAt, tell }: MonitorOutputOptions) {
    this.#host = host;
    this.#emit = emit;
    this.#dateAt = dateAt;
    const { stdout, stderr, env } = host;
    this.#display = new Display({ stdout, stderr, style: styleOf(stderr, env) });
    this.#form = options.flag("json") ? "json" : "text";
    this.#isSilent = options.flag("silent");
    this.#isHex = options.flag("hex");
    this.#timestamps = options.flag("timestamps") || options.given("timestamps-as");
    this.#stampAt = lineStamps(options.text("timestamps-as") ?? "date", dateAt);
    this.#filter = parsePrintFilter(options.text("print-filter") ?? "");
    this.#tell = tell;
    this.#colour = logColours(styleOf(stdout, env));
    this.#isLogPlain = options.text("log-as") === "device";
    const path = options.text("log");
    if (path !== undefined) this.#log = this.#logTo(path);
  }

  piece(piece: LinePiece): void {
    if (piece.starts) this.#isHidden = !this.#isHex && !this.#filter.shows(piece.text);
    if (this.#isHidden) return;
    const text = pieceText(piece, this.#timestamps ? this.#stampAt : null);
    this.#log?.write(this.#isLogPlain ? pieceText(piece, null) : text);
    if (this.#form === "json") {
      if (!piece.ends) this.#object("partial", piece.atMs, { text: piece.text });
    } else if (this.#held !== null) this.#held.hold({ text: this.#colour(piece, text), ends: piece.ends });
    else this.#display.show(this.#colour(piece, text), piece.ends);
  }

  line({ text, bytes, atMs, complete }: MonitorLine): void {
    if (this.#isHidden) return;
    if (this.#form === "text") {
      this.#scrollback.line(text);
      return;
    }
    const isText = !this.#isHex && !text.includes("\ufffd");
    this.#object("line", atMs, { ...(!this.#isHex && { text }), ...(!isText && { bytes }), complete });
  }

  crash(report: CrashReport, atMs: number): void {
    if (this.#form === "json") this.#object("crash", atMs, { ...report });
    this.#explain(this.#tell?.crash(report) ?? []);
  }

  boot(report: BootReport, atMs: number): void {
    if (this.#form === "json") this.#object("boot", atMs, { ...report });
    this.#explain(this.#tell?.boot(report) ?? []);
  }

  coreDump(dump: CoreDump, atMs: number): void {
    const { elf, ...fields } = dump;
    if (this.#form === "json") this.#object("core-dump", atMs, { ...fields, hasElf: elf !== null });
    this.#explain(this.#tell?.coreDump(dump) ?? []);
  }

  #explain(lines: readonly string[]): void {
    if (!this.#isLogPlain) this.#log?.write(lines.map((line) => `--- ${line}\n`).join(""));
    if (this.#form === "text" && !this.#isSilent) for (const line of lines) this.#display.say(line);
  }

  remark(text: string): void {
    this.say("monitor.remark", text);
  }

  /** The monitor's own words: `--- ` lines on stderr, or notes. `code` is stable. */
  say(code: CliNoticeCode, message: string): void {
    if (this.#form === "json") this.#emit({ session: CLI_SESSION, type: "note", code, message });
    else if (!this.#isSilent) this.#display.say(message);
  }

  dot(): void {
    if (this.#form === "text" && !this.#isSilent) this.#display.dot();
  }

  toggleTimestamps(): void {
    this.#timestamps = !this.#timestamps;
    this.say("monitor.timestamps", `Timestamps are ${this.#timestamps ? "on" : "off"}.`);
  }

  /** Freezes the screen, or shows what came meanwhile and goes on. The log goes on all the time. */
  freeze(isFrozen: boolean): void {
    if (isFrozen) {
      this.#held ??= new HeldText();
      return;
    }
    const { pieces, dropped } = this.#held?.release() ?? { pieces: [], dropped: 0 };
    this.#held = null;
    if (dropped > 0) this.say("monitor.output", `${dropped} characters before were too many to be kept.`);
    for (const { text, ends } of pieces) this.#display.show(text, ends);
  }

  /** What is being typed for the monitor itself. */
  ask(question: string, typed: string): void {
    if (this.#form === "text" && !this.#isSilent) this.#display.ask(question, typed);
  }

  /** Tells the lines with a text in them, of those that were shown. */
  search(text: string): void {
    const found = this.#scrollback.find(text);
    const last = found.slice(-MOST_FOUND);
    const more = found.length > last.length ? `; the last ${last.length} of them` : "";
    this.say("monitor.search", `${lines(found.length)} with '${text}'${more}${found.length === 0 ? "." : ":"}`);
    for (const { linesAgo, text: line } of last)
      this.say("monitor.search", `${linesAgo === 0 ? "the last line" : `${lines(linesAgo)} ago`}: ${plainLine(line)}`);
  }

  toggleLog(path: string | undefined): void {
    if (this.#log !== null) {
      this.say("monitor.log", `The log ${this.#log.path} is off.`);
      this.#log = null;
      return;
    }
    const name = path ?? `esptool-monitor-${dateForFile(this.#host.date())}.log`;
    this.#log = this.#logTo(name);
    this.say("monitor.log", `Logging to ${name}.`);
  }

  /** Nobody reads stdout any more. */
  get isUnread(): boolean {
    return this.#host.stdout.isBroken === true;
  }

  /** Throws `file.unwritable` when a log is not all there: the device was shown all the same, until now. */
  async close(): Promise<void> {
    await this.#log?.close();
    if (this.#logFailure !== null) throw this.#logFailure;
  }

  #object(type: string, atMs: number, fields: Readonly<Record<string, unknown>>): void {
    this.#host.stdout.write(objectLine({ type, time: this.#dateAt(atMs).toISOString(), ...fields }));
  }

  #logTo(path: string): LogFile {
    return new LogFile(path, this.#host.files, (error) => {
      this.#log = null;
      this.#logFailure = writeError(path, error);
      this.say("monitor.log-failed", `${this.#logFailure.message} The log is off.`);
    });
  }
}

function lines(count: number): string {
  return `${count} ${count === 1 ? "line" : "lines"}`;
}
