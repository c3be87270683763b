// Room: the command line, from words to an exit code: line, run, show.
// In: the words of a line, and a `CliHost` that stands for the world.
// Out: text or JSON on the host's streams, and an exit code.

import { EspError, isEspError } from "../index.ts";
import { configCandidates } from "./config/config-candidates.ts";
import type { LoadedConfig } from "./config/load-config.ts";
import { CLI_SESSION, type RunResult } from "./context.ts";
import { exitCodeOf, WOULD_CHANGE } from "./exit-codes.ts";
import type { FailedLine } from "./help/answer-foreign-words.ts";
import type { CliHost } from "./host/host.ts";
import { stoppableHost } from "./host/stoppable-host.ts";
import { chipOfLine } from "./line/chip-of-line.ts";
import {
  type CommandPart,
  type LeadingPart,
  type ParsedCommand,
  readCommandPart,
  readLeadingPart,
} from "./line/command-line.ts";
import { refuseUnreadableWords } from "./line/meant/unreadable-words.ts";
import { standardStreams } from "./line/standard-streams.ts";
import type { Program } from "./programs/program.ts";
import { holdOutput } from "./show/held-output.ts";
import { createOutput, createPlainOutput, type Output } from "./show/output.ts";
import { withRemediesOf } from "./show/remedy-words.ts";
import { outputFailure, shown, tellOutputFailure } from "./show/shown.ts";
import { stopUnseen } from "./show/stop-unseen.ts";
import type { CommandSpec } from "./spec/types.ts";
import { sharedWithArguments, USED_UP, withStandardFiles } from "./standard-files.ts";
import { bannerOf, REFERENCE_VERSION, VERSION } from "./version.ts";

/**
 * Runs one line of a program (without the program's own name) and resolves with the exit code: 0, 1 for a failure of the
 * line, 2 for any other error, 130 after Ctrl-C, 143 after SIGTERM, 129 when the terminal was closed. Prints to the host's
 * streams only; never throws, never exits.
 */
export async function runProgram(program: Program, argv: readonly string[], host: CliHost): Promise<number> {
  if (argv[0] === "__complete") return await runCompletion(program, argv.slice(1), host);
  const interrupt = new AbortController();
  // From the start: a file of the line may be one that never ends.
  const releases = [
    host.onInterrupt((signal) => interrupt.abort(signal)),
    tellOutputFailure(host, { json: has(argv, "--json") }),
  ];
  try {
    const code = await runArguments(program, argv, { host: stoppableHost(host, interrupt.signal), interrupt });
    if (code === 0 || code === WOULD_CHANGE) await shown(host);
    return code;
  } catch (error) {
    // Told already.
    return exitCodeOf(toEspError(error));
  } finally {
    for (const release of releases) release();
  }
}

interface World {
  readonly host: CliHost;
  readonly interrupt: AbortController;
}

async function runArguments(program: Program, argv: readonly string[], world: World): Promise<number> {
  const { host } = world;
  try {
    refuseUnreadableWords(argv, host.env);
  } catch (error) {
    return fail(world, { output: earlyOutput(argv, host), command: null }, error);
  }
  if (!program.readsArgumentFiles || !argv.some((word) => word.startsWith("@")))
    return await runLine(program, argv, world);
  const { expandArgumentFiles, STANDARD_INPUT } = await import("./line/argument-files.ts");
  let reading = host;
  let expanded: readonly string[];
  try {
    if (argv.includes(STANDARD_INPUT)) reading = withStandardFiles(host, { isRead: true, written: null });
    expanded = await expandArgumentFiles(argv, reading.files, (index) =>
      takesPartitions(argv.slice(0, index), program),
    );
  } catch (error) {
    return fail(world, { output: earlyOutput(argv, host), command: null }, error);
  }
  // Names of partitions alone are no argument files.
  if (expanded.length === argv.length && expanded.every((word, index) => word === argv[index]))
    return await runLine(program, argv, world);
  const isSilent = has(expanded, "--silent") || has(expanded, "-s");
  // The reference names esptool here whatever the program is (fact sheet A1).
  const echo = isSilent ? null : ["esptool", ...expanded].join(" ");
  // What was piped in is read, and nothing else comes.
  return await runLine(program, expanded, { ...world, host: { ...host, stdin: reading.stdin } }, echo);
}

/** Whether the words before name a command in which `@NAME` may be a partition. */
function takesPartitions(before: readonly string[], { takingPartitions = [] }: Program): boolean {
  return before.some((word) => takingPartitions.includes(word.replaceAll("_", "-")));
}

/** What a shell asks while a line is being typed; a shell that gets no answer is no place for an error. */
async function runCompletion(program: Program, argv: readonly string[], host: CliHost): Promise<number> {
  const { answerShell } = await import("./completion/answer-shell.ts");
  const code = await answerShell(program, argv, host);
  const isShown = await shown(host).then(
    () => true,
    () => false,
  );
  return isShown ? code : 1;
}

/** Needed before the line is understood: an error in it has to be reported in the right form. */
function earlyOutput(argv: readonly string[], host: CliHost): Output {
  return createPlainOutput(host, { json: has(argv, "--json"), debug: has(argv, "--debug") });
}

interface Failing {
  readonly output: Output;
  readonly command: string | null;
}

function fail({ host, interrupt: { signal } }: World, { output, command }: Failing, error: unknown): number {
  const known = toEspError(error);
  const unshown = outputFailure(host);
  // It was told when it happened, and it is why what was under way was stopped; but not where what was read is kept.
  if (
    unshown !== null &&
    known.details["rescued"] === undefined &&
    (known.code === unshown.code || known.code === "operation.aborted")
  ) {
    return exitCodeOf(unshown);
  }
  const told = known.code === "operation.aborted" && signal.aborted ? stoppedBy(signal, known) : known;
  output.error(command, told);
  return exitCodeOf(told);
}

/** Whatever was wrapped around it on its way, the signal decides the exit code. */
function stoppedBy({ reason }: AbortSignal, { message, hint, details }: EspError): EspError {
  return new EspError("operation.aborted", message, { ...(hint !== undefined && { hint }), details, cause: reason });
}

/** `echo`: the line as it stands in its argument files, to be said before anything else. */
async function runLine(
  program: Program,
  argv: readonly string[],
  world: World,
  echo: string | null = null,
): Promise<number> {
  const { host } = world;
  const early = holdOutput(earlyOutput(argv, host));
  if (echo !== null) early.banner(echo);
  let command: string | null = null;
  let specs: readonly CommandSpec[] = [];
  let output: Output = early;
  try {
    const leading = await readLeadingPart(argv, program, early.oldName);
    if (leading.kind === "version") return showVersion(program, earlyOutput(argv, host));
    if (leading.kind === "help") return await showHelp(program, leading, { host, early });
    command = leading.commands[0]?.spec.name ?? null;
    const isSilent =
      leading.commands.some(({ spec }) => spec.plainStdout === true) ||
      has(argv, "--silent") ||
      leading.leading.options["silent"] === true;
    const saying = isSilent ? { ...early, banner: () => {} } : early;
    const part = await readCommandPartAfterBanner(leading, program, { host, early: saying });
    if (part.kind === "help") {
      return await showHelp(
        program,
        { asked: true, options: leading.leading.options, about: part.spec },
        { host, early },
      );
    }
    specs = part.commands.map(({ spec }) => spec);
    const { options } = firstOf(part.commands);
    const streams = standardStreams(part.commands, program.options);
    if (streams.isRead && host.stdin === USED_UP) throw sharedWithArguments();
    const speaking = withStandardFiles(host, streams);
    early.release(earlyOutput(argv, speaking));
    output = await createOutput(speaking, { command: command ?? "", options });
    const results = await runCommands(program, part.commands, { ...world, host: speaking, output });
    // Nothing is called right that nobody could have seen.
    await shown(host);
    part.commands.forEach(({ spec }, index) => {
      output.result(spec.name, results[index] ?? {});
    });
    return Math.max(0, ...results.map(({ exitCode = 0 }) => exitCode));
  } catch (error) {
    const told = withRemediesOf(await explained(toEspError(error), { program, argv }), optionsOf(program, specs));
    return fail(world, { output, command }, told);
  }
}

/** The names of the options that a line may have. */
function optionsOf(program: Program, specs: readonly CommandSpec[]): ReadonlySet<string> {
  return new Set([program, ...specs].flatMap(({ options }) => options.map(({ name }) => name)));
}

/** A line that cannot be understood may be one of another tool. */
async function explained(error: EspError, line: FailedLine): Promise<EspError> {
  if (!error.code.startsWith("argument.")) return error;
  const { answerForeignWords } = await import("./help/answer-foreign-words.ts");
  return await answerForeignWords(error, line);
}

function firstOf(commands: readonly ParsedCommand[]): ParsedCommand {
  const [first] = commands;
  if (first === undefined) throw new EspError("internal", "A line without a command came through.");
  return first;
}

function has(argv: readonly string[], word: string): boolean {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).includes(word);
}

interface Stage {
  readonly host: CliHost;
  readonly early: Output;
}

/** The banner stands before anything the command has to say, be it a complaint about its options (fact sheet 1.1). */
async function readCommandPartAfterBanner(
  leading: Extract<LeadingPart, { kind: "commands" }>,
  program: Program,
  { host, early }: Stage,
): Promise<CommandPart> {
  const banner = bannerOf(program.name);
  let part: CommandPart;
  try {
    part = await readCommandPart(leading, program, { env: host.env, onOldName: early.oldName });
  } catch (error) {
    early.banner(banner);
    throw error;
  }
  // A `-s` behind the command is known only now.
  if (part.kind === "help" || !firstOf(part.commands).options.flag("silent")) early.banner(banner);
  return part;
}

/** Which words about the configuration are said; `warnings`: only that a file of somebody else was passed over. */
type ConfigWords = "all" | "warnings" | "none";

/** The configuration that applies; what is read where a file is, is loaded only then. */
async function findConfig(host: CliHost, output: Output, words: ConfigWords): Promise<LoadedConfig | null> {
  const candidates = await configCandidates(host);
  if (candidates.length === 0) return null;
  const { loadConfig } = await import("./config/load-config.ts");
  const { config, remarks } = await loadConfig(candidates, host.files);
  for (const { code, message, details } of words === "none" ? [] : remarks) {
    if (code === "config.others-file") output.event({ session: CLI_SESSION, type: "warning", code, message, details });
    else if (words === "warnings") continue;
    // The line by which scripts find out, without a word before it.
    else if (code === "config.loaded" && !output.isJson) output.print(message);
    else output.event({ session: CLI_SESSION, type: "note", code, message, details });
  }
  return config;
}

async function runCommands(
  program: Program,
  commands: readonly ParsedCommand[],
  { host, interrupt, output }: World & { readonly output: Output },
): Promise<readonly RunResult[]> {
  const isPlain = commands.some(({ spec }) => spec.plainStdout === true);
  const words: ConfigWords = isPlain ? "none" : program.readsConfig === "yes" ? "all" : "warnings";
  const config = program.readsConfig === "no" ? null : await findConfig(host, output, words);
  const { signal } = interrupt;
  const { print } = output;
  const { emit, release } = stopUnseen(host, { emit: output.event, stop: (cause) => interrupt.abort(cause) });
  try {
    await shown(host);
    if (signal.aborted) throw new EspError("operation.aborted", "The operation was stopped.");
    return await program.run(commands.map((command) => ({ ...command, host, config, signal, emit, print })));
  } finally {
    release();
  }
}

/** Asked for, help is an answer; in place of a missing command it is an error (fact sheet 1.1). */
async function showHelp(
  program: Program,
  { asked, options, about }: Omit<Extract<LeadingPart, { kind: "help" }>, "kind">,
  { host, early }: Stage,
): Promise<number> {
  if (!asked && early.isJson) {
    throw new EspError("argument.invalid", "There is no command on the line.", { hint: "--help lists the commands." });
  }
  const [{ commandHelp, familyHelp, programHelp }, { pageColumns }] = await Promise.all([
    import("./help/help-text.ts"),
    import("./show/screen/wrap-text.ts"),
  ]);
  const chip = chipOfLine(options, host.env);
  const columns = pageColumns(host.stdout, host.env);
  if (about === null) {
    early.help(null, programHelp((await program.adaptHelp?.program(chip)) ?? program, columns));
  } else if ("summary" in about) {
    early.help(about.name, familyHelp(program, about, columns));
  } else {
    const spec = (await program.adaptHelp?.command(about, chip)) ?? about;
    early.help(spec.name, commandHelp(program, spec, columns));
  }
  return asked ? 0 : program.exitCodeWithoutCommand;
}

/** `--version`: the first line of output of any command, and nothing else. */
function showVersion({ name }: Program, output: Output): number {
  if (output.isJson) output.result("version", { version: VERSION, compatibleWith: REFERENCE_VERSION });
  else output.print(bannerOf(name));
  return 0;
}

function toEspError(error: unknown): EspError {
  if (isEspError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EspError("internal", `Something unexpected happened: ${message}`, {
    hint: "This is a defect; --debug shows where it comes from.",
    cause: error,
  });
}
