// Shelf: crashes explained with a program's debug information.
// In: a `RunContext`; addresses, a log, a core dump.
// Out: functions, files and lines.

import type { CrashReport } from "../../../crash.ts";
import type { RunCommand, RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { harmless } from "../../monitor/display.ts";
import { reportTeller } from "../../monitor/report-teller.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { objectLine } from "../../show/json-output.ts";
import { fittedText } from "../../show/screen/wrap-text.ts";
import { paint, styleOf } from "../../show/style.ts";
import { openPrograms } from "../open-programs.ts";

export const run: RunCommand = async (context) => {
  const { arguments: words, host, options } = context;
  const { coreDumpInLog, crashReader } = await import("../../../crash.ts");
  const programs = await openPrograms(context);
  const file = words.text("FILE");
  const text = new TextDecoder().decode(await readInput(host, file));
  const reader = crashReader({ programs: programs.map(({ info }) => info) });
  const show = await reportsTo(context);
  let crashes = 0;
  const report = (reports: readonly CrashReport[]): void => {
    crashes += reports.length;
    for (const each of reports) show(each);
  };
  const showsLog = !options.flag("json") && !options.flag("silent") && !options.flag("only-reports");
  for (const line of linesOf(text)) {
    if (showsLog) host.stdout.write(host.stdout.isTTY ? harmless(line) : line);
    report(reader.push(line));
  }
  if (showsLog && text !== "" && !text.endsWith("\n")) host.stdout.write("\n");
  report(reader.finish());
  if (coreDumpInLog(text) !== null)
    context.print(`--- There is a core dump in the log: see it with core-dump ${file}.`);
  if (crashes === 0) context.print("--- There is no crash in the log.");
  return { file, crashes };
};

/** Each with its end. */
function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at) + 1;
    yield text.slice(at, end === 0 ? undefined : end);
    at = end === 0 ? text.length : end;
  }
}

async function reportsTo({ host, options }: RunContext): Promise<(report: CrashReport) => void> {
  const { stdout, env } = host;
  if (options.flag("json")) return (report) => stdout.write(objectLine({ type: "crash", ...report }));
  if (options.flag("silent")) return () => {};
  const tell = await reportTeller();
  const style = styleOf(stdout, env);
  return (report) => {
    for (const line of tell(report)) {
      const text = fittedText(`--- ${harmlessText(line)}`, stdout);
      stdout.write(`${paint(text, "note", style)}\n`);
    }
  };
}
