import { EspError, isEspError } from "../index.ts";
import { type CommandPart, type LeadingPart, readCommandPart, readLeadingPart } from "./command-line.ts";
import { configCandidates } from "./config-candidates.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { commandHelp, programHelp } from "./help-text.ts";
import type { CliHost } from "./host.ts";
import { COMMAND_MODULES } from "./load-command.ts";
import type { LoadedConfig } from "./load-config.ts";
import { createOutput, createPlainOutput, type Output } from "./output.ts";
import { CLI_SESSION, type RunContext } from "./run/context.ts";
import { BANNER } from "./version.ts";

/**
 * Runs one command line (without the program's own name) and resolves with the exit code: 0, 1 for a failure of the
 * line, 2 for any other error, 130 after Ctrl-C. Prints to the host's streams only; never throws, never exits.
 *
 * @example
 * process.exitCode = await runCli(["--port", "virtual:esp32c3", "flash-id"], nodeHost());
 */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  if (argv[0] === "__complete") return await runCompletion(argv.slice(1), host);
  if (!argv.some((word) => word.startsWith("@"))) return await runLine(argv, host);
  const { expandArgumentFiles } = await import("./argument-files.ts");
  let expanded: readonly string[];
  try {
    expanded = await expandArgumentFiles(argv, host.files);
  } catch (error) {
    return fail(earlyOutput(argv, host), null, error);
  }
  const isSilent = has(expanded, "--silent") || has(expanded, "-s");
  if (!isSilent) earlyOutput(expanded, host).banner(["esptool", ...expanded].join(" "));
  return await runLine(expanded, host);
}

/** What a shell asks while a line is being typed; a shell that gets no answer is no place for an error. */
async function runCompletion(argv: readonly string[], host: CliHost): Promise<number> {
  const { answerShell } = await import("./completion/answer-shell.ts");
  return await answerShell(argv, host);
}

/** Needed before the line is understood: an error in it has to be reported in the right form. */
function earlyOutput(argv: readonly string[], host: CliHost): Output {
  return createPlainOutput(host, { json: has(argv, "--json"), debug: has(argv, "--debug") });
}

function fail(output: Output, command: string | null, error: unknown): number {
  const known = toEspError(error);
  output.error(command, known);
  return exitCodeOf(known.code);
}

async function runLine(argv: readonly string[], host: CliHost): Promise<number> {
  const early = earlyOutput(argv, host);
  let command: string | null = null;
  let output: Output = early;
  try {
    const leading = await readLeadingPart(argv, early.oldName);
    if (leading.kind === "help") return showProgramHelp(early, leading.asked, host);
    command = leading.spec.name;
    const isSilent =
      leading.spec.plainStdout === true || has(argv, "--silent") || leading.leading.options["silent"] === true;
    const part = await readCommandPartAfterBanner(leading, host, isSilent ? { ...early, banner: () => {} } : early);
    if (part.kind === "help") {
      early.help(command, commandHelp(leading.spec, widthOf(host)));
      return 0;
    }
    const { options } = part;
    output = await createOutput(host, { command, options });
    const config = await findConfig(host, leading.spec.plainStdout === true ? null : output);
    const result = await runCommand({ host, spec: leading.spec, options, arguments: part.arguments, config }, output);
    output.result(command, result);
    return 0;
  } catch (error) {
    return fail(output, command, error);
  }
}

function has(argv: readonly string[], word: string): boolean {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).includes(word);
}

/** The banner stands before anything the command has to say, be it a complaint about its options (fact sheet 1.1). */
async function readCommandPartAfterBanner(
  leading: Extract<LeadingPart, { kind: "command" }>,
  host: CliHost,
  early: Output,
): Promise<CommandPart> {
  let part: CommandPart;
  try {
    part = await readCommandPart(leading, { env: host.env, onOldName: early.oldName });
  } catch (error) {
    early.banner(BANNER);
    throw error;
  }
  // A `-s` behind the command is known only now.
  if (part.kind === "help" || !part.options.flag("silent")) early.banner(BANNER);
  return part;
}

/** The configuration that applies; what is read where a file is, is loaded only then. */
async function findConfig(host: CliHost, output: Output | null): Promise<LoadedConfig | null> {
  const candidates = await configCandidates(host);
  if (candidates.length === 0) return null;
  const { loadConfig } = await import("./load-config.ts");
  const { config, remarks } = await loadConfig(candidates, host.files);
  for (const { code, message, details } of output === null ? [] : remarks) {
    // The line by which scripts find out, without a word before it.
    if (code === "config.loaded" && !output?.isJson) output?.print(message);
    else output?.event({ session: CLI_SESSION, type: "note", code, message, details });
  }
  return config;
}

type Invocation = Pick<RunContext, "host" | "spec" | "options" | "arguments" | "config">;

async function runCommand(invocation: Invocation, output: Output): Promise<Readonly<Record<string, unknown>>> {
  const modules = COMMAND_MODULES[invocation.spec.name];
  if (modules === undefined) throw new EspError("internal", `The command ${invocation.spec.name} has no code.`);
  const interrupt = new AbortController();
  const release = invocation.host.onInterrupt(() => interrupt.abort());
  try {
    const { run } = await modules.run();
    return await run({ ...invocation, signal: interrupt.signal, emit: output.event, print: output.print });
  } finally {
    release();
  }
}

/** Asked for, help is an answer; in place of a missing command it is an error (fact sheet 1.1). */
function showProgramHelp(output: Output, asked: boolean, host: CliHost): number {
  if (!asked && output.isJson) {
    throw new EspError("argument.invalid", "There is no command on the line.", { hint: "--help lists the commands." });
  }
  output.help(null, programHelp(widthOf(host)));
  return asked ? 0 : 2;
}

function widthOf({ stdout, env }: CliHost): number {
  const columns = stdout.columns ?? Number(env["COLUMNS"]);
  return Number.isFinite(columns) && columns >= 60 ? Math.min(columns, 120) : 100;
}

function toEspError(error: unknown): EspError {
  if (isEspError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EspError("internal", `Something unexpected happened: ${message}`, {
    hint: "This is a defect; --debug shows where it comes from.",
    cause: error,
  });
}
