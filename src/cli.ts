/** The command line as a library: the declarations of the commands, and the function that runs one. */
export type { CliFiles, CliHost, TextStream } from "./cli/host/host.ts";
export { nodeHost } from "./cli/host/node-host.ts";
export { runCli } from "./cli/run-cli.ts";
export { runEspefuse } from "./cli/run-espefuse.ts";
export { runEspsecure } from "./cli/run-espsecure.ts";
export { CHIP_NAMES } from "./cli/spec/chip-names.ts";
export { COMMANDS } from "./cli/spec/command-table.ts";
export { GLOBAL_OPTIONS } from "./cli/spec/global-options.ts";
export type {
  ArgumentSpec,
  CommandSpec,
  CommandSummary,
  ExampleSpec,
  OptionSpec,
  ValueKind,
  ValueSpec,
} from "./cli/spec/types.ts";
export { REFERENCE_VERSION, VERSION } from "./cli/version.ts";
