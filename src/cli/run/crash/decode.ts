// Shelf: crashes explained with a program's debug information.
// In: a `RunContext`; addresses, a log, a core dump.
// Out: functions, files and lines.

import type { BootReport, CrashReport } from "../../../crash.ts";
import { CLI_SESSION, type RunCommand, type RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { harmless } from "../../monitor/display.ts";
import { reportTeller } from "../../monitor/report-teller.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { objectLine } from "../../show/json-output.ts";
import { fittedText } from "../../show/screen/wrap-text.ts";
import { paint, styleOf } from "../../show/style.ts";
import { localEngine } from "../explain/decoding-engine.ts";
import { Explainer } from "../explain/explainer.ts";

export const run: RunCommand = async (context) => {
  const { arguments: words, host, options } = context;
  const { bootReader, coreDumpInLog, crashReader } = await import("../../../crash.ts");
  const show = await reportsTo(context);
  const explainer = new Explainer(context, await localEngine());
  explainer.listen((message) => show.say(message));
  await explainer.openGiven();
  const file = words.text("FILE");
  const text = new TextDecoder().decode(await readInput(host, file));
  const [crashes, boots] = [crashReader(), bootReader()];
  let count = 0;
  const explain = async (read: readonly CrashReport[], started: readonly BootReport[]): Promise<void> => {
    count += read.length;
    for (const { dump } of read) show.crash(await explainer.crash(dump));
    for (const start of started) show.boot(await explainer.boot(start));
  };
  const showsLog = !options.flag("json") && !options.flag("silent") && !options.flag("only-reports");
  for (const line of linesOf(text)) {
    if (showsLog) host.stdout.write(host.stdout.isTTY ? harmless(line) : line);
    await explain(crashes.push(line), boots.push(line));
  }
  if (showsLog && text !== "" && !text.endsWith("\n")) host.stdout.write("\n");
  await explain(crashes.finish(), boots.finish());
  if (coreDumpInLog(text) !== null)
    context.print(`--- There is a core dump in the log: see it with core-dump ${file}.`);
  if (count === 0) context.print("--- There is no crash in the log.");
  return { file, crashes: count };
};

/** Each with its end. */
function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at) + 1;
    yield text.slice(at, end === 0 ? undefined : end);
    at = end === 0 ? text.length : end;
  }
}

interface Shown {
  crash(report: CrashReport): void;
  boot(report: BootReport): void;
  say(message: string): void;
}

async function reportsTo({ host, options, emit }: RunContext): Promise<Shown> {
  const { stdout, env } = host;
  if (options.flag("json"))
    return {
      crash: (report) => stdout.write(objectLine({ type: "crash", ...report })),
      boot: (report) => stdout.write(objectLine({ type: "boot", ...report })),
      say: (message) => emit({ session: CLI_SESSION, type: "note", code: "elf.found", message }),
    };
  const tell = await reportTeller();
  const style = styleOf(stdout, env);
  const write = (lines: readonly string[]): void => {
    if (options.flag("silent")) return;
    for (const line of lines) {
      const text = fittedText(`--- ${harmlessText(line)}`, stdout);
      stdout.write(`${paint(text, "note", style)}\n`);
    }
  };
  return {
    crash: (report) => write(tell.crash(report)),
    boot: (report) => write(tell.boot(report)),
    say: (message) => write([message]),
  };
}
