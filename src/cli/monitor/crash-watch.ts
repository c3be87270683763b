import {
  type BootReader,
  type BootReport,
  type BootStart,
  bootReader,
  type CrashDump,
  type CrashReader,
  type CrashReport,
  crashReader,
} from "../../crash.ts";
import type { Clock } from "../../index.ts";

/** What is cut off is told after so long without a line. */
const SILENCE_MS = 1000;

/** Who explains what the device printed. It may take its time: lines go on meanwhile. */
export interface Explaining {
  crash(dump: CrashDump): Promise<CrashReport>;
  boot(start: BootStart): Promise<BootReport>;
  /** Who is told which programs were found. */
  listen(say: (message: string) => void): void;
}

export interface CrashWatchListener {
  found(message: string): void;
  crash(report: CrashReport): void;
  boot(report: BootReport): void;
  /** It could not be explained: a fault of this program. */
  failed(error: unknown): void;
}

/** Looks at the lines that were shown, and tells of the crashes and the starts in them, in their order. */
export class CrashWatch {
  readonly #clock: Clock;
  readonly #explaining: Explaining;
  readonly #listener: CrashWatchListener;
  readonly #crashes: CrashReader = crashReader();
  readonly #boots: BootReader = bootReader();
  #cancel: () => void = () => {};
  #told: Promise<void> = Promise.resolve();

  constructor(clock: Clock, explaining: Explaining, listener: CrashWatchListener) {
    this.#clock = clock;
    this.#explaining = explaining;
    this.#listener = listener;
    explaining.listen((message) => listener.found(message));
  }

  line(text: string, atMs: number): void {
    this.#cancel();
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

  #explain(crashes: readonly CrashReport[], boots: readonly BootReport[]): void {
    if (crashes.length === 0 && boots.length === 0) return;
    this.#told = this.#told.then(async () => {
      try {
        for (const { dump } of crashes) this.#listener.crash(await this.#explaining.crash(dump));
        for (const start of boots) this.#listener.boot(await this.#explaining.boot(start));
      } catch (error) {
        this.#listener.failed(error);
      }
    });
  }
}
