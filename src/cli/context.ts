import type { CliEvent } from "./cli-event.ts";
import type { LoadedConfig } from "./config/load-config.ts";
import type { CliHost } from "./host/host.ts";
import type { ArgumentValues } from "./line/command-line.ts";
import type { OptionValues } from "./line/option-values.ts";
import type { CommandSpec } from "./spec/types.ts";

/** What a run function is given. It speaks through `emit` and `print` and returns what `--json` reports. */
export interface RunContext {
  readonly host: CliHost;
  readonly spec: CommandSpec;
  readonly options: OptionValues;
  readonly arguments: ArgumentValues;
  /** The configuration file that applies. */
  readonly config: LoadedConfig | null;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  readonly emit: (event: CliEvent) => void;
  /** One line for a person; nothing with `--silent` and `--json`. */
  readonly print: (line: string) => void;
}

/** The fields of the result, for `--json`. `exitCode`: what the program ends with, where that is not 0 though it worked. */
export type RunResult = Readonly<Record<string, unknown>> & { readonly exitCode?: number };
export type RunCommand = (context: RunContext) => Promise<RunResult>;

/** The name in events of what the command line itself has to say. */
export const CLI_SESSION = "cli";
