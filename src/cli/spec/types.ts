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

/** What among the words behind a value is taken as a further value: `key=value`, files, pairs of address and file. */
export type FollowingWords = "filters" | "files" | "pairs";

export interface ValueSpec {
  /** As shown in help: `SIZE`. */
  readonly label: string;
  readonly kind: ValueKind;
  /** For kind `choice`. */
  readonly choices?: readonly string[];
  /** May be given several times; the values add up. */
  readonly repeatable?: boolean;
  /** With `repeatable`: several values may follow one name. */
  readonly following?: FollowingWords;
}

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
}

export interface ArgumentSpec {
  /** As shown in help. `ADDRESS FILE` with kind `pairs` is a list of pairs. */
  readonly name: string;
  readonly kind: ValueKind | "pairs";
  readonly summary: string;
  /** As a user would write it. The argument may be left out then; only the last ones can. */
  readonly default?: string;
  /** For kind `choice`. */
  readonly choices?: readonly string[];
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
}

export interface CommandSummary {
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  /** Accepted, not listed in help, manual and completion. */
  readonly hidden?: boolean;
}
