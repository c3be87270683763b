import { isAbsolute, resolve } from "node:path";
import { type HostMemory, isEspError } from "../../../index.ts";
import { CLI_SESSION, type RunContext } from "../../context.ts";
import { readFileInFolder, readInput } from "../../host/user-files.ts";
import { hostMemory } from "../host-memory.ts";
import { buildOfFolder, type FolderBuild } from "./build-program.ts";
import type { DecodingEngine, OpenedProgram } from "./decoding-engine.ts";
import { withFile } from "./open-program.ts";
import { type RomTraits, romFiles } from "./rom-files.ts";
import { keepSeen, seenPrograms } from "./seen-programs.ts";

/** A program with the file that it is in. */
export interface FoundProgram extends OpenedProgram {
  readonly file: string;
}

/** What a device tells of the program that it runs. */
export interface ProgramTraits extends RomTraits {
  /** The beginning of the SHA-256 of its ELF file. */
  readonly elfSha256: string | null;
  readonly machine: "xtensa" | "riscv" | null;
}

const isOf = ({ elfSha256 }: OpenedProgram, digest: string): boolean => elfSha256?.startsWith(digest) === true;

/** Zeros are those of a program that was changed after linking, and say nothing. */
const isTelling = (digest: string | null): digest is string => digest !== null && !/^0+$/.test(digest);

/**
 * The programs that a device may run: those of the line; without any, the one that was built in this folder, and those of earlier runs
 * whose digest is what the device prints.
 */
export class ProgramFinder {
  readonly #context: RunContext;
  readonly #engine: DecodingEngine;
  readonly #memory: HostMemory;
  readonly #say: (file: string, isProved: boolean) => void;
  readonly #opened = new Map<string, Promise<FoundProgram | null>>();
  readonly #told = new Set<string>();
  #given: readonly FoundProgram[] = [];
  #folder: Promise<FolderBuild | null> | undefined;
  readonly #roms = new Map<string, Promise<readonly FoundProgram[]>>();

  /** `say` tells of each file that was found, once. */
  constructor(context: RunContext, engine: DecodingEngine, say: (file: string, isProved: boolean) => void) {
    this.#context = context;
    this.#engine = engine;
    this.#memory = hostMemory(context);
    this.#say = say;
  }

  /** The programs of `--elf`, in order. Throws `file.*`, `image.invalid`, `image.truncated`. */
  async openGiven(): Promise<readonly FoundProgram[]> {
    const given: FoundProgram[] = [];
    for (const file of this.#context.options.list("elf")) given.push(await this.#open(file));
    this.#given = given;
    return given;
  }

  /** Whether the line names programs: then no others are looked for. */
  get areGiven(): boolean {
    return this.#context.options.list("elf").length > 0;
  }

  async programsFor(traits: ProgramTraits): Promise<readonly FoundProgram[]> {
    const programs = this.areGiven ? this.#given : await this.#foundFor(traits);
    return programs.some(({ isRom }) => isRom) ? programs : [...programs, ...(await this.#romOf(traits))];
  }

  async #foundFor(traits: ProgramTraits): Promise<readonly FoundProgram[]> {
    const program = await this.#find(traits);
    if (program === null) return [];
    if (!this.#told.has(program.file)) {
      this.#told.add(program.file);
      this.#say(program.file, isTelling(traits.elfSha256) && isOf(program, traits.elfSha256));
    }
    return [program];
  }

  async #find({ elfSha256, machine }: ProgramTraits): Promise<FoundProgram | null> {
    const file = (await this.#build())?.elf ?? null;
    const built = file === null ? null : await this.#tryOpen(file);
    const fits = built !== null && (machine === null || built.machine === machine);
    if (!isTelling(elfSha256)) return fits ? built : null;
    if (built !== null && isOf(built, elfSha256)) return built;
    for (const seen of await seenPrograms(this.#memory)) {
      if (!seen.elfSha256.startsWith(elfSha256)) continue;
      const program = await this.#tryOpen(seen.path);
      // It may have been built again since.
      if (program?.elfSha256 === seen.elfSha256) return program;
    }
    // Another build of what is in this folder is more likely than no relation at all; the report says that it is doubtful.
    return fits ? built : null;
  }

  #build(): Promise<FolderBuild | null> {
    this.#folder ??= buildOfFolder(this.#context.host);
    return this.#folder;
  }

  /** What names functions in the chip's ROM; looked for once a chip. */
  async #romOf({ chip: told, romBuild }: RomTraits): Promise<readonly FoundProgram[]> {
    const chip = told ?? (await this.#build())?.chip ?? null;
    const key = `${chip} ${romBuild}`;
    const known = this.#roms.get(key);
    if (known !== undefined) return await known;
    const looking = romFiles(this.#context.host, { chip, romBuild }).then(async (files) => {
      const opened = await Promise.all(files.map((file) => this.#tryOpen(file)));
      return opened.filter((one) => one !== null);
    });
    this.#roms.set(key, looking);
    return await looking;
  }

  #tryOpen(file: string): Promise<FoundProgram | null> {
    const known = this.#opened.get(file);
    if (known !== undefined) return known;
    const opening = this.#open(file, readFileInFolder).catch((error: unknown) => {
      if (isEspError(error)) return null;
      throw error;
    });
    this.#opened.set(file, opening);
    return opening;
  }

  async #open(file: string, read: typeof readFileInFolder = readInput): Promise<FoundProgram> {
    const { host, emit } = this.#context;
    const bytes = await read(host, file);
    const opened = await this.#engine.open(bytes).catch((error: unknown) => {
      throw withFile(file, error);
    });
    const { workingDirectory } = host.place;
    const path = isAbsolute(file) ? file : resolve(workingDirectory, file);
    if (file !== "-" && opened.elfSha256 !== null && !opened.isRom)
      await keepSeen(this.#memory, { path, elfSha256: opened.elfSha256 });
    const warn = (code: "elf.no-lines" | "elf.unread", message: string): void =>
      emit({ session: CLI_SESSION, type: "warning", code, message, details: { file } });
    const [problem] = opened.problems;
    if (problem !== undefined) warn("elf.unread", `'${file}': ${problem}`);
    else if (!opened.hasLines && !opened.isRom)
      warn(
        "elf.no-lines",
        `'${file}' has no debug information: there are no files and lines, and functions by their symbols at best.`,
      );
    return { file, ...opened };
  }
}
