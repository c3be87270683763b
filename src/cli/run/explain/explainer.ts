import type { BootReport, BootStart, CoreDump, CrashDump, CrashReport } from "../../../crash.ts";
import type { RunContext } from "../../context.ts";
import type { Explaining } from "../../monitor/crash-watch.ts";
import type { DecodingEngine } from "./decoding-engine.ts";
import { ProgramFinder } from "./program-finder.ts";
import type { RomTraits } from "./rom-files.ts";

/** What a device printed, explained with the programs that it may run. */
export class Explainer implements Explaining {
  readonly #engine: DecodingEngine;
  readonly #finder: ProgramFinder;
  /** That the device told of last: it does not tell it in each crash. */
  #elfSha256: string | null = null;
  /** Which chip it is, as far as it told. */
  #rom: RomTraits = { chip: null, romBuild: null };

  #say: (message: string) => void = () => {};

  constructor(context: RunContext, engine: DecodingEngine) {
    this.#engine = engine;
    this.#finder = new ProgramFinder(context, engine, (file, isProved) =>
      this.#say(
        isProved
          ? `Explained with ${file}, which is the program that runs, by its SHA-256.`
          : `Explained with ${file}, which was built in this folder; whether it is the program that runs is not proved.`,
      ),
    );
  }

  /** Which programs were found is told from now on. */
  listen(say: (message: string) => void): void {
    this.#say = say;
  }

  /** The programs of the line. Throws `file.*`, `image.invalid`, `image.truncated`. */
  async openGiven(): Promise<void> {
    await this.#finder.openGiven();
  }

  async crash(dump: CrashDump): Promise<CrashReport> {
    const elfSha256 = dump.elfSha256 ?? this.#elfSha256;
    const found = await this.#finder.programsFor({ elfSha256, machine: dump.machine, ...this.#rom });
    return await this.#engine.crash(
      dump,
      found.map(({ id }) => id),
    );
  }

  async boot(start: BootStart): Promise<BootReport> {
    this.#elfSha256 = start.elfSha256 ?? this.#elfSha256;
    if (start.chip !== null) this.#rom = { chip: start.chip, romBuild: start.romBuild };
    // Without a place to look up there is no need for a program.
    if (start.savedPc === null || start.reset?.kind !== "failure") return await this.#engine.boot(start, []);
    const found = await this.#finder.programsFor({ elfSha256: this.#elfSha256, machine: null, ...this.#rom });
    return await this.#engine.boot(
      start,
      found.map(({ id }) => id),
    );
  }

  /** Throws `file.empty`, `image.invalid`, `image.truncated`. */
  async coreDump(bytes: Uint8Array<ArrayBuffer>): Promise<CoreDump> {
    // Which program it is of is said in the dump.
    const { elfSha256, machine, chip } = await this.#engine.coreDump(bytes, []);
    const { romBuild } = this.#rom;
    const found = await this.#finder.programsFor({ elfSha256, machine, chip, romBuild });
    return await this.#engine.coreDump(
      bytes,
      found.map(({ id }) => id),
    );
  }

  close(): void {
    this.#engine.close();
  }
}
