/**
 * The shape of a command's declaration: pure data, from which the parser, the help and a manual are made. Nothing here
 * runs.
 */

/** How the text of a value is read; see `parse-values.ts` (fact sheet 1.3). */
export type ValueKind =
  | "text"
  | "choice"
  | "integer"
  | "count"
  | "baud"
  | "chip"
  | "size"
  | "size-or-all"
  | "tcp-port"
  | "spi-connection"
  | "port-filter"
  | "file";

/**
 * What among the words behind a value is taken as a further value: `key=value`, files, pairs of address and file; `all`:
 * every word up to the next option, but the last of the line where an argument would be missing without it.
 */
export type FollowingWords = "filters" | "files" | "pairs" | "all";

/**
 * What is done with a file, which says what `-` is in its place: standard input for `read`, standard output for `write` and
 * `write-text` (what may be shown on a screen), and nothing for `names` (of several files, which begin with it) and `keep`
 * (read and written, or added to); `tree` is a folder, or a file that others stand beside.
 */
export type FileUse = "read" | "write" | "write-text" | "names" | "keep" | "tree";

export interface ValueSpec {
  /** As shown in help: `SIZE`. */
  readonly label: string;
  readonly kind: ValueKind;
  /** For kind `file`; default `read`. */
  readonly use?: FileUse;
  /** For kind `choice`. */
  readonly choices?: readonly string[];
  /** May be given several times; the values add up. */
  readonly repeatable?: boolean;
  /** The name of a partition. */
  readonly isPartition?: boolean;
  /** A number that may be left out: what is meant then, as a user would write it. Only digits behind the name are its value. */
  readonly whenLeftOut?: string;
  /** With `repeatable`: several values may follow one name. */
  readonly following?: FollowingWords;
}

/**
 * What an option of every command is about. A command that has nothing to do with it does not offer the option, though
 * it is taken: lines made by scripts have the same options for all.
 */
export type OptionScope = "chip-name" | "port" | "chip" | "burn" | "memory";

export interface OptionSpec {
  /** The long name without its dashes: `flash-size`. */
  readonly name: string;
  /** One letter: `z` for `-z`. */
  readonly short?: string;
  /** Two letters after one dash: `fs` for `-fs` (fact sheet 1.3). */
  readonly twoLetter?: string;
  /** Absent: the option is a switch. */
  readonly value?: ValueSpec;
  readonly summary: string;
  /** As a user would write it. */
  readonly default?: string;
  /** The environment variable that stands in for the option. */
  readonly env?: string;
  /** Accepted, not shown in help. */
  readonly hidden?: boolean;
  /** The switch without which it means nothing. */
  readonly needs?: string;
  /** For an option of every command; absent: it counts for each of them. */
  readonly scope?: OptionScope;
}

/** `after-block`: the word behind the name of a block; `first`: the first word, when it names no block. */
export type FilesAmongWords = "after-block" | "after-block-or-first";

export interface ArgumentSpec {
  /** As shown in help. `ADDRESS FILE` with kind `pairs` is a list of pairs; `words`: any number of words. */
  readonly name: string;
  readonly kind: ValueKind | "pairs" | "words";
  readonly summary: string;
  /** For kind `file`; default `read`. */
  readonly use?: FileUse;
  /** With kind `words`: how many there must be at least; default 1. */
  readonly minimum?: number;
  /** How it stands in the usage line, where `NAME...` does not say it. */
  readonly usage?: string;
  /** With kind `words`: which of them may be the name of any file, in a line of several commands. */
  readonly files?: FilesAmongWords;
  /** As a user would write it. The argument may be left out then; only the last ones can. */
  readonly default?: string;
  /** For kind `choice`. */
  readonly choices?: readonly string[];
  /** An address may be `@NAME`, a partition; of kind `pairs`, a pair also `NAME=FILE`. A size behind it may be left out. */
  readonly byName?: boolean;
  /** For kind `file`: in its place may stand `@NAME`, a partition of the chip. */
  readonly orPartition?: boolean;
}

export interface ExampleSpec {
  readonly command: string;
  readonly what: string;
}

export interface CommandSpec {
  readonly name: string;
  /** One or two sentences under the usage line. */
  readonly description: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  /** Options of which at most one may be given. */
  readonly exclusive?: readonly (readonly string[])[];
  readonly examples: readonly ExampleSpec[];
  /** Stdout is for what the command delivers alone: no banner. */
  readonly plainStdout?: boolean;
  /**
   * The command talks to a chip; `inSecureDownload`: also in Secure Download Mode (fact sheet 1.6); `plugins`: what the
   * stub needs for it.
   */
  readonly device?: { readonly inSecureDownload: boolean; readonly plugins?: readonly string[] };
  /** What the command has to do with besides what a command for a chip has. */
  readonly scopes?: readonly OptionScope[];
}

export interface CommandSummary {
  /** One word, or two for one of a family or a variant of a command: `ota show`, `completion install`. */
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  /** Accepted, not listed in help, manual and completion. */
  readonly hidden?: boolean;
}

/** Commands of two words with the first one in common: one line in the program's help, a list in its own. */
export interface FamilySummary {
  readonly name: string;
  readonly group: string;
  readonly summary: string;
}
