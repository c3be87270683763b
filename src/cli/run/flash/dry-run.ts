import type { CompareFlashResult, FileToWrite, RegionState, Session, WriteFlashOptions } from "../../../index.ts";
import type { RunContext, RunResult } from "../../context.ts";
import { WOULD_CHANGE } from "../../exit-codes.ts";
import { hex32 } from "../../show/numbers.ts";
import { sessionFields } from "../with-session.ts";

/** Says what would change, and ends with a code that says whether anything would. */
export async function compareInstead(
  context: RunContext,
  session: Session,
  files: readonly FileToWrite[],
  options: WriteFlashOptions,
): Promise<RunResult> {
  const { compareFlash } = await import("../../../index.ts");
  const result = await compareFlash(session, files, options);
  for (const line of comparisonLines(result)) context.print(line);
  if (options.skip === false && !result.wouldChange)
    context.print("With --no-skip it would be written all the same, to the same contents.");
  context.print("Nothing was written: --dry-run.");
  const { wouldChange } = result;
  return { ...sessionFields(session), dryRun: true, ...result, exitCode: wouldChange ? WOULD_CHANGE : 0 };
}

const WORDS: Readonly<Record<RegionState, string>> = {
  same: "same",
  different: "differs",
  blank: "blank, would be written",
  unknown: "encrypted by the chip, cannot be asked",
};

/** More than a person reads; with `--json` all are there. */
const SHOWN_ROWS = 100;

interface Row {
  readonly address: number;
  readonly sizeBytes: number;
  readonly words: string;
}

/** Place by place. Pure. */
export function comparisonLines({ files, erasesAll, wouldChange }: CompareFlashResult): string[] {
  const lines = files.flatMap(({ name, address, sizeBytes, regions, erased }) => {
    const rows: Row[] = [
      ...regions.map((region) => ({ ...region, words: WORDS[region.state] })),
      ...erased.map((place) => ({ ...place, words: "beside the file, would be erased" })),
    ].sort((left, right) => left.address - right.address);
    const digits = Math.max(0, ...rows.map((row) => String(row.sizeBytes).length));
    const shown = rows
      .slice(0, SHOWN_ROWS)
      .map((row) => `  ${hex32(row.address)}  ${String(row.sizeBytes).padStart(digits)}  ${row.words}`);
    const more = rows.length - shown.length;
    return [
      `'${name}' at ${hex32(address)}, ${sizeBytes} bytes:`,
      ...shown,
      ...(more > 0 ? [`  and ${more} more places; --json lists all.`] : []),
    ];
  });
  const changing = files.flatMap(({ regions }) => regions.filter(({ state }) => state !== "same"));
  const bytes = changing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (erasesAll) return [...lines, "The whole flash would be erased first, and all of this written."];
  return [...lines, wouldChange ? `${bytes} bytes would be written.` : "Nothing would change: flash holds all of it."];
}
