import type { RawOptions } from "../line/build-program.ts";
import type { CommandSpec } from "../spec/types.ts";

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** Where a word stands behind a command. */
export interface WordPlace {
  readonly command: CommandSpec["name"];
  /** The command's words before it, without options. */
  readonly words: readonly string[];
  /** `auto`: not known. */
  readonly chip: string;
  /** The options of the line so far. */
  readonly options: RawOptions;
}

/** What may stand there, whatever has been typed of it. */
export interface OfferedWords {
  readonly candidates: readonly Candidate[];
  readonly isFile: boolean;
  /** The command is whole without a further word. */
  readonly mayEnd: boolean;
}
