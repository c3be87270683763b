import { EspError } from "../../index.ts";
import type { ArgumentSpec, FileUse, OptionSpec, ValueSpec } from "../spec/types.ts";
import type { ParsedCommand } from "./command-line.ts";

/** In the place of a file: standard input, or standard output. A file of that name is `./-`. */
export const DASH = "-";

/** Which standard streams take the place of files in a line. */
export interface StandardStreams {
  readonly isRead: boolean;
  /** `text`: what may be shown on a screen. */
  readonly written: "bytes" | "text" | null;
}

/**
 * What each `-` of a line stands for. `shared`: the options of every command, which count once for the whole line. Throws
 * `argument.conflict` where two would share a stream, `argument.invalid` where a stream cannot be in the place of the file.
 */
export function standardStreams(commands: readonly ParsedCommand[], shared: readonly OptionSpec[]): StandardStreams {
  const own = new Set(commands.flatMap(({ spec }) => spec.options.map(({ name }) => name)));
  const [first] = commands;
  const found = [
    ...(first === undefined
      ? []
      : dashesInOptions(
          first,
          shared.filter(({ name }) => !own.has(name)),
        )),
    ...commands.flatMap((command) => [
      ...dashesInOptions(command, command.spec.options),
      ...command.spec.arguments.flatMap((spec) => dashesInArgument(command, spec)),
    ]),
  ];
  for (const { use, name } of found) if (use === "names" || use === "keep" || use === "tree") throw noStream(name, use);
  const written = found.filter(({ use }) => use === "write" || use === "write-text");
  const read = found.filter(({ use }) => use === "read");
  if (read.length > 1) throw sharedStream("input", read);
  if (written.length > 1) throw sharedStream("output", written);
  const [output] = written;
  return { isRead: read.length > 0, written: output === undefined ? null : output.use === "write" ? "bytes" : "text" };
}

interface Dash {
  /** `--output`, `FILE`. */
  readonly name: string;
  readonly use: FileUse;
}

function dashesInOptions({ options }: ParsedCommand, specs: readonly OptionSpec[]): Dash[] {
  return specs.flatMap(({ name, value }) => {
    if (value === undefined || !isFile(value)) return [];
    const given = value.repeatable === true ? options.list(name) : [options.text(name)];
    return dashes(given, { name: `--${name}`, use: value.use ?? "read" });
  });
}

function isFile({ kind, following }: ValueSpec): boolean {
  return kind === "file" || following === "pairs";
}

function dashesInArgument({ arguments: values }: ParsedCommand, spec: ArgumentSpec): Dash[] {
  const { name, kind, files, use = "read" } = spec;
  if (kind === "pairs")
    return dashes(
      values.pairs.map(({ file }) => file),
      { name: "FILE", use },
    );
  if (kind === "words" && files !== undefined) return dashes(values.words, { name: "FILE", use });
  return kind === "file" ? dashes([values.text(name)], { name, use }) : [];
}

function dashes(values: readonly (string | undefined)[], dash: Dash): Dash[] {
  return values.filter((value) => value === DASH).map(() => dash);
}

function sharedStream(stream: "input" | "output", places: readonly Dash[]): EspError {
  const names = [...new Set(places.map(({ name }) => name))];
  return new EspError(
    "argument.conflict",
    `Standard ${stream} (-) can be in the place of one file only, and the line has it ${places.length} times: ${names.join(", ")}.`,
    { hint: "Name files for the others.", details: { places: names } },
  );
}

const NO_STREAM = {
  keep: "it is read and written in its place",
  names: "it is the beginning of the names of files",
  tree: "it is a folder, or a file that others stand beside",
} as const;

function noStream(name: string, use: keyof typeof NO_STREAM): EspError {
  const why = NO_STREAM[use];
  return new EspError("argument.invalid", `A standard stream (-) cannot be in the place of ${name}: ${why}.`, {
    hint: "Name a file; a file that is called - is ./-.",
    details: { name },
  });
}
