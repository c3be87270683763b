import { EspError, isEspError } from "../index.ts";
import { type CommandPart, type LeadingPart, readCommandPart, readLeadingPart } from "./command-line.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { commandHelp, programHelp } from "./help-text.ts";
import type { CliHost } from "./host.ts";
import { COMMAND_MODULES } from "./load-command.ts";
import { createOutput, createPlainOutput, type Output } from "./output.ts";
import type { RunContext } from "./run/context.ts";
import { BANNER } from "./version.ts";

/**
 * Runs one command line (without the program's own name) and resolves with the exit code: 0, 1 for a failure of the
 * line, 2 for any other error, 130 after Ctrl-C. Prints to the host's streams only; never throws, never exits.
 *
 * @example
 * process.exitCode = await runCli(["--port", "virtual:esp32c3", "flash-id"], nodeHost());
 */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  // Needed before the line is understood: an error in it has to be reported in the right form.
  const switches = { json: has(argv, "--json"), debug: has(argv, "--debug") };
  const early = createPlainOutput(host, switches);
  let command: string | null = null;
  let output: Output = early;
  try {
    const leading = await readLeadingPart(argv, early.oldName);
    if (leading.kind === "help") return showProgramHelp(early, leading.asked, host);
    command = leading.spec.name;
    const isSilent = has(argv, "--silent") || leading.leading.options["silent"] === true;
    const part = await readCommandPartAfterBanner(leading, host, isSilent ? { ...early, banner: () => {} } : early);
    if (part.kind === "help") {
      early.help(command, commandHelp(leading.spec, widthOf(host)));
      return 0;
    }
    const { options } = part;
    output = await createOutput(host, { command, options });
    const result = await runCommand({ host, spec: leading.spec, options, arguments: part.arguments }, output);
    output.result(command, result);
    return 0;
  } catch (error) {
    const known = toEspError(error);
    output.error(command, known);
    return exitCodeOf(known.code);
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

type Invocation = Pick<RunContext, "host" | "spec" | "options" | "arguments">;

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
