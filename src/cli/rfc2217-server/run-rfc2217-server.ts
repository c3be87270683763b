// Shelf: the program `esp-rfc2217-server`.
// In: its words.
// Out: an exit code when it is stopped.

import { EspError, isEspError } from "../../index.ts";
import type { ServeEvent } from "../../node.ts";
import type { CliHost } from "../host/host.ts";
import { isLoopback, reachableUrls } from "../host/reachable-urls.ts";
import { parseCommandWords } from "../line/build-program.ts";
import { refuseUnreadableWords } from "../line/meant/unreadable-words.ts";
import { type OptionValues, readOptionValues } from "../line/option-values.ts";
import { harmlessText } from "../show/harmless-text.ts";
import { withRemediesOf } from "../show/remedy-words.ts";
import { renderError } from "../show/render-error.ts";
import { fittedText, pageColumns } from "../show/screen/wrap-text.ts";
import { shown, tellOutputFailure } from "../show/shown.ts";
import { styleOf } from "../show/style.ts";
import { HELP_OPTION, HELP_WORD, VERSION_OPTION } from "../spec/common-options.ts";
import type { OptionSpec } from "../spec/types.ts";
import { bannerOf } from "../version.ts";
import { SPEC } from "./spec.ts";

/** The times of the reference (fact sheet 9): the usual hold of the boot pin, and what `--r0` adds. */
const BOOT_HOLD_MS = 50;
const LONG_BOOT_HOLD_MS = 550;

type Level = "INFO" | "WARNING" | "ERROR";
type Log = (level: Level, message: string) => void;

/**
 * Runs one command line of `esp-rfc2217-server` (without the program's own name) until the host interrupts, and
 * resolves with the exit code: 0 after an interrupt, 1 when the port or the address cannot be opened, 2 for a wrong
 * line and when it cannot say what it does. Logs to stderr; never throws, never exits.
 *
 * @example
 * process.exitCode = await runRfc2217Server(["-p", "2217", "/dev/ttyUSB0"], nodeHost());
 */
export async function runRfc2217Server(argv: readonly string[], host: CliHost): Promise<number> {
  const release = tellOutputFailure(host, { json: false });
  try {
    const code = await runServer(argv, host);
    return code === 0 && (await isUnshown(host)) ? UNSHOWN : code;
  } finally {
    release();
  }
}

/** As with the other programs. */
const UNSHOWN = 2;

async function isUnshown(host: CliHost): Promise<boolean> {
  return await shown(host).then(
    () => false,
    () => true,
  );
}

async function runServer(argv: readonly string[], host: CliHost): Promise<number> {
  // What is said comes from ports, clients and the line, too.
  const log: Log = (level, message) =>
    host.stderr.write(`${fittedText(`${level}: ${harmlessText(message)}`, host.stderr)}\n`);
  try {
    refuseUnreadableWords(argv, host.env);
    if (asksFor(argv, VERSION_WORDS)) {
      host.stdout.write(`${bannerOf(SPEC.name)}\n`);
      return 0;
    }
    if (argv[0] === HELP_WORD || asksFor(argv, HELP_WORDS)) {
      const { executableHelp } = await import("../help/help-text.ts");
      host.stdout.write(executableHelp(SPEC, pageColumns(host.stdout, host.env)));
      return 0;
    }
    const { options: raw, words } = parseCommandWords(argv, SPEC, []);
    const options = readOptionValues(SPEC.options, { lines: [raw], env: {}, onOldName: () => {} });
    await serve({ port: words[0] ?? "", options, verbosity: countVerbose(argv) }, host, log);
    return 0;
  } catch (error) {
    const known = isEspError(error) ? error : new EspError("internal", `Something unexpected happened: ${error}`);
    const told = withRemediesOf(known, new Set(SPEC.options.map(({ name }) => name)));
    host.stderr.write(renderError(told, styleOf(host.stderr, host.env), false));
    return known.code.startsWith("argument.") ? 2 : 1;
  }
}

const wordsOf = ({ name, short }: OptionSpec): ReadonlySet<string> => new Set([`--${name}`, `-${short}`]);
const VERSION_WORDS = wordsOf(VERSION_OPTION);
const HELP_WORDS = wordsOf(HELP_OPTION);

/** Whatever else is on the line, or is missing. */
function asksFor(argv: readonly string[], words: ReadonlySet<string>): boolean {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).some((word) => words.has(word));
}

/** `-v -v` and `-vv` are the same; the parser of options knows only whether. */
function countVerbose(argv: readonly string[]): number {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).reduce((count, word) => {
    if (word === "--verbose") return count + 1;
    return /^-v+$/.test(word) ? count + word.length - 1 : count;
  }, 0);
}

interface Wanted {
  readonly port: string;
  readonly options: OptionValues;
  readonly verbosity: number;
}

async function serve({ port, options, verbosity }: Wanted, host: CliHost, log: Log): Promise<void> {
  const address = options.text("host") ?? "127.0.0.1";
  const { serveRfc2217 } = await import("../../node.ts");
  // Listened to from the start: an interrupt while the port is being opened must not be lost.
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const interrupted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve());
  });
  // A log that cannot be written ends the server, too: nobody would see any more who uses the chip, and for what.
  const releases = [
    host.onInterrupt((name) => interrupt.abort(name)),
    host.stdout.onFailure?.((cause) => interrupt.abort(cause)),
    host.stderr.onFailure?.((cause) => interrupt.abort(cause)),
  ];
  try {
    const server = await serveRfc2217({
      port: () => host.openPort(inRealTime(port), { signal }),
      host: address,
      tcpPort: options.number("localport") ?? 2217,
      lines: "local-reset",
      bootHoldMs: options.flag("r0") ? LONG_BOOT_HOLD_MS : BOOT_HOLD_MS,
      idleTimeoutMs: (options.number("idle-limit") ?? 0) * 60_000,
      onEvent: (event) => report(event, verbosity, log),
    });
    try {
      announce(port, server, log);
      await interrupted;
    } finally {
      await server.close();
      log("INFO", "The port is closed.");
    }
  } finally {
    for (const release of releases) release?.();
  }
}

/** The clock of a virtual chip jumps over waits, for which clients at the other end of a network have no sense. */
function inRealTime(port: string): string {
  return /^virtual:/i.test(port) && !/,\s*realtime\b/i.test(port) ? `${port},realtime=1` : port;
}

function announce(path: string, server: { readonly address: string; readonly port: number }, log: Log): void {
  log("INFO", `RFC 2217 server for ${path}; Ctrl-C ends it.`);
  if (!isLoopback(server.address)) {
    log(
      "WARNING",
      `The port is open to the network without any protection: whoever reaches ${server.address}:${server.port} can ` +
        "read the chip's flash and eFuses, erase and write it, burn its eFuses for good, and reset it. Listen on 127.0.0.1 and use an SSH tunnel unless the network is yours.",
    );
  }
  const [first, ...others] = reachableUrls(server.address, server.port);
  log("INFO", `Listening. Connect with --port "${first}"${others.map((url) => `, or with "${url}"`).join("")}.`);
}

function report(event: ServeEvent, verbosity: number, log: Log): void {
  const entry = entryFor(event);
  if (entry !== null && verbosity >= (entry.verbosity ?? 0)) log(entry.level, entry.message);
}

interface Entry {
  readonly level: Level;
  readonly message: string;
  /** How often `-v` must have been given. */
  readonly verbosity?: number;
}

function entryFor(event: ServeEvent): Entry | null {
  switch (event.kind) {
    case "client-connected":
      return { level: "INFO", message: `${event.client} connected.` };
    case "client-left":
      return {
        level: "INFO",
        message:
          event.reason === "idle"
            ? `${event.client} was sent away: nothing was said for too long.`
            : `${event.client} left.`,
      };
    case "client-refused":
      return { level: "WARNING", message: `${event.client} refused: ${event.error.message}` };
    case "reset":
      return { level: "INFO", message: `Chip reset${event.into === "download" ? " into its download mode" : ""}.` };
    case "failed":
    case "port-lost":
      return { level: "ERROR", message: event.error.message };
    case "baud-rate":
      return { level: "INFO", message: `Baud rate ${event.baudRate}.`, verbosity: 1 };
    case "lines":
      return {
        level: "INFO",
        message: `DTR ${event.dtr ? "on" : "off"}, RTS ${event.rts ? "on" : "off"}.`,
        verbosity: 2,
      };
    case "listening":
      return null;
  }
}
