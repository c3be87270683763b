import type { Check } from "../check/check.ts";
import { checkWord } from "../check/numbers.ts";
import { hasParts } from "../check/shapes.ts";
import { checkBoolean, checkObject, listOf } from "../check/values.ts";
import type { CodeLocation } from "../debug-info/look-up.ts";
import type { CrashReport, CrashThread } from "./decode-crash.ts";
import type { CrashFrame } from "./decoder.ts";
import { codeLines, frameLines, stackLines } from "./frame-lines.ts";

const checkLocation: Check<CodeLocation> = hasParts<CodeLocation>("a location, as lookUp gives it", {
  address: checkWord,
  isInRom: checkBoolean,
  frames: listOf(checkObject),
});
const checkReport: Check<CrashReport> = hasParts<CrashReport>("a report, as a crash reader gives it", {
  dump: checkObject,
  addresses: listOf(checkObject),
  threads: listOf(checkObject),
});

/**
 * An address with its functions, as esp-idf-monitor writes them: what is inlined first, then into what.
 *
 * @example locationText(location) // ["0x42000066: deref at app.c:9", "  (inlined by) checked at app.c:11"]
 */
export function locationText(location: CodeLocation): string[] {
  const checked = checkLocation(location, "location");
  return codeLines(checked.address, checked);
}

/** A crash as lines for people: what it means, then where it happened and how the program came there. */
export function crashText(report: CrashReport): string[] {
  const { dump, explanation, addresses, threads, doubt, hasPrograms } = checkReport(report, "report");
  const core = dump.core === null ? "" : ` on core ${dump.core}`;
  const title = `${dump.reasonText ?? "The program crashed"}${core}`;
  return [
    explanation === null ? `${title}.` : `${title}: ${explanation}`,
    ...(doubt === null ? [] : [doubt]),
    ...addresses.filter(({ location }) => location !== null).flatMap(namedLines),
    ...threads.flatMap((thread) => threadLines(thread, hasPrograms)),
  ];
}

function namedLines(frame: CrashFrame): string[] {
  const [first = "", ...rest] = frameLines(frame, true);
  return [`${frame.from} ${first}`, ...rest];
}

function threadLines({ core, task, frames, end }: CrashThread, hasPrograms: boolean): string[] {
  const whose = [task === null ? "" : ` of ${task}`, core === null ? "" : ` on core ${core}`].join("");
  return stackLines({ title: `Backtrace${whose}:`, frames, end, hasPrograms });
}
