import {
  type BootReader,
  type BootReport,
  type BootStart,
  bootReader,
  type CoreDump,
  type CrashDump,
  type CrashReader,
  type CrashReport,
  coreDumpInLog,
  crashReader,
} from "../../crash.ts";
import { type Clock, type LinePiece, plainLine } from "../../index.ts";
import { CoreDumpWatch } from "./core-dump-watch.ts";

/** Crashes that wait to be explained: a device that crashes faster than that says the same again and again. */
const MOST_WAITING = 64;
/** What is cut off is told after so long without a line. */
const SILENCE_MS = 1000;

/** Who explains what the device printed. It may take its time: lines go on meanwhile. */
export interface Explaining {
  crash(dump: CrashDump): Promise<CrashReport>;
  boot(start: BootStart): Promise<BootReport>;
  coreDump(bytes: Uint8Array<ArrayBuffer>): Promise<CoreDump>;
  /** Who is told which programs were found. */
  listen(say: (message: string) => void): void;
}

export interface CrashWatchListener {
  found(message: string): void;
  crash(report: CrashReport): void;
  boot(report: BootReport): void;
  coreDump(dump: CoreDump): void;
  /** The device offers its core dump, and waits for a key. */
  prompted(): void;
  /** So many crashes, starts and dumps came while too many others waited to be explained: nothing is told of them. */
  skipped(count: number): void;
  /** It could not be explained: damaged beyond that, or a fault of this program. */
  failed(error: unknown): void;
}

/** Looks at the lines that were shown, and tells of the crashes and the starts in them, in their order. */
export class CrashWatch {
  readonly #clock: Clock;
  readonly #explaining: Explaining;
  readonly #listener: CrashWatchListener;
  readonly #crashes: CrashReader = crashReader();
  readonly #boots: BootReader = bootReader();
  readonly #dumps: CoreDumpWatch;
  #cancel: () => void = () => {};
  #told: Promise<void> = Promise.resolve();
  #waiting = 0;
  #skipped = 0;

  constructor(clock: Clock, explaining: Explaining, listener: CrashWatchListener) {
    this.#clock = clock;
    this.#explaining = explaining;
    this.#listener = listener;
    this.#dumps = new CoreDumpWatch({
      prompted: () => listener.prompted(),
      dumped: (text) => this.#explainDump(text),
    });
    explaining.listen((message) => listener.found(message));
  }

  piece(piece: LinePiece): void {
    this.#dumps.piece(piece);
  }

  line(text: string, atMs: number): void {
    this.#cancel();
    this.#dumps.line(plainLine(text));
    this.#explain(this.#crashes.push(`${text}\n`), this.#boots.push(`${text}\n`, atMs));
    if (this.#crashes.isReading || this.#boots.isReading)
      this.#cancel = this.#clock.after(SILENCE_MS, () => this.finish());
  }

  /** Nothing more will come of what was begun. */
  finish(): void {
    this.#cancel();
    this.#explain(this.#crashes.finish(), this.#boots.finish());
  }

  /** Resolves when all that was read is told. */
  async settled(): Promise<void> {
    await this.#told;
  }

  /** The device is gone, or the session over. */
  end(): void {
    this.finish();
    this.#dumps.finish();
  }

  #explain(crashes: readonly CrashReport[], boots: readonly BootReport[]): void {
    for (const { dump } of crashes) this.#then(async () => this.#listener.crash(await this.#explaining.crash(dump)));
    for (const start of boots) this.#then(async () => this.#listener.boot(await this.#explaining.boot(start)));
  }

  #explainDump(text: string): void {
    const bytes = coreDumpInLog(text);
    if (bytes !== null) this.#then(async () => this.#listener.coreDump(await this.#explaining.coreDump(bytes)));
  }

  #then(explain: () => Promise<void>): void {
    if (this.#waiting >= MOST_WAITING) {
      this.#skipped++;
      return;
    }
    this.#waiting++;
    this.#told = this.#told
      .then(explain)
      .catch((error: unknown) => this.#listener.failed(error))
      .then(() => this.#explained());
  }

  #explained(): void {
    this.#waiting--;
    if (this.#waiting > 0 || this.#skipped === 0) return;
    this.#listener.skipped(this.#skipped);
    this.#skipped = 0;
  }
}
