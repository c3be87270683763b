// Shelf: events, results and errors as text or JSON; nothing else prints.
// In: what the core tells.
// Out: characters for a terminal, a file, or a program.

import type { EspError } from "../../index.ts";
import type { CliEvent } from "../cli-event.ts";
import type { RunResult } from "../context.ts";
import type { CliHost } from "../host/host.ts";
import type { OptionValues } from "../line/option-values.ts";
import { harmlessText } from "./harmless-text.ts";
import { errorLine, eventLine, resultLine } from "./json-output.ts";
import { renderError } from "./render-error.ts";
import { fittedText } from "./screen/wrap-text.ts";
import { styleOf } from "./style.ts";
import { WorkRecord } from "./work-record.ts";

/**
 * Where everything that is said goes: as text for people, or as JSON for programs. Whatever it says of files, firmware and
 * devices is harmless on a screen, because it is cleaned here, before any colour of ours is added.
 */
export interface Output {
  readonly isJson: boolean;
  /** One old spelling was used. */
  oldName(sentence: string): void;
  banner(text: string): void;
  help(command: string | null, text: string): void;
  event(event: CliEvent): void;
  print(line: string): void;
  result(command: string, fields: RunResult): void;
  error(command: string | null, error: EspError): void;
}

export interface EarlySwitches {
  readonly json: boolean;
  readonly debug: boolean;
}

/** What there is to say before the options are understood. */
export function createPlainOutput(host: CliHost, switches: EarlySwitches): Output {
  return switches.json ? jsonOutput(host, switches.debug, true) : textOutput(host, switches);
}

/** The output for a command that runs. */
export async function createOutput(
  host: CliHost,
  { command, options }: { command: string; options: OptionValues },
): Promise<Output> {
  return recorded(await outputOf(host, { command, options }));
}

/** Whoever stops the work is told what is done of it. */
function recorded(output: Output): Output {
  const work = new WorkRecord();
  return {
    ...output,
    event: (event) => {
      work.note(event);
      output.event(event);
    },
    error: (name, error) => output.error(name, work.added(error)),
  };
}

async function outputOf(
  host: CliHost,
  { command, options }: { command: string; options: OptionValues },
): Promise<Output> {
  const debug = options.flag("debug");
  if (options.flag("json")) return jsonOutput(host, debug, !options.flag("no-progress"));
  const plain = textOutput(host, { debug });
  if (options.flag("silent")) return { ...plain, event: () => {}, print: () => {} };
  const { harmlessEvent } = await import("./harmless-event.ts");
  const { createRenderer } = await import("./render/render.ts");
  const { Terminal } = await import("./terminal.ts");
  const style = styleOf(host.stdout, host.env);
  const rewrites = style.moves && !options.flag("verbose") && !options.flag("trace");
  const terminal = new Terminal(host.stdout, { rewrites });
  const render = createRenderer({
    terminal,
    style,
    command,
    showProgress: !options.flag("no-progress"),
    now: host.now,
  });
  return {
    ...plain,
    event: (event) => render(harmlessEvent(event)),
    print: (line) => terminal.line(harmlessText(line)),
    // What was drawn last stays on the screen.
    result: () => terminal.endLine(),
    error: (name, error) => {
      terminal.abandonStage();
      plain.error(name, error);
    },
  };
}

function textOutput(host: CliHost, { debug }: { readonly debug: boolean }): Output {
  const { stdout, stderr, env } = host;
  return {
    isJson: false,
    oldName: (sentence) => stdout.write(`${fittedText(`Warning: Deprecated: ${harmlessText(sentence)}`, stdout)}\n`),
    banner: (text) => stdout.write(`${fittedText(harmlessText(text), stdout)}\n`),
    help: (_command, text) => stdout.write(harmlessText(text)),
    event: () => {},
    print: (line) => stdout.write(`${fittedText(harmlessText(line), stdout)}\n`),
    result: () => {},
    error: (_command, error) => stderr.write(fittedText(renderError(error, styleOf(stderr, env), debug), stderr)),
  };
}

function jsonOutput(host: CliHost, debug: boolean, showProgress: boolean): Output {
  const { stdout, stderr, env } = host;
  return {
    isJson: true,
    oldName: (sentence) => stderr.write(`Warning: Deprecated: ${harmlessText(sentence)}\n`),
    banner: () => {},
    help: (command, text) => stdout.write(resultLine("help", { of: command, text })),
    event: (event) => {
      if (showProgress || event.type !== "progress") stdout.write(eventLine(event));
    },
    print: () => {},
    result: (command, fields) => stdout.write(resultLine(command, fields)),
    error: (command, error) => {
      stdout.write(errorLine(command, error));
      // Somebody has to hear of it.
      if (stdout.failure !== undefined && !debug) stderr.write(renderError(error, styleOf(stderr, env), false));
      if (debug) stderr.write(renderError(error, styleOf(stderr, env), true));
    },
  };
}
