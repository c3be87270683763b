import { EspError, type Session } from "../../../index.ts";
import type { NamedRange } from "../../../partition.ts";
import type { RunContext } from "../../context.ts";
import { DASH } from "../../line/standard-streams.ts";
import type { Pair } from "../../line/value/read-pairs.ts";
import { otaDataOf, type TableSource, tableOf } from "./chip-table.ts";

/** What the names of a line mean on this chip, and the table they are of. */
export interface NamedRanges {
  readonly ranges: readonly NamedRange[];
  readonly table: TableSource;
}

/** Reads the table once, and the OTA data where a name needs it. Throws `partition.*`, and as reading flash. */
export async function namedRanges(
  context: RunContext,
  session: Session,
  { references, file }: { readonly references: readonly string[]; readonly file: TableSource | null },
): Promise<NamedRanges> {
  const [{ needsOtaData, resolveRange }, { chipById }] = await Promise.all([
    import("../../../partition.ts"),
    import("../../../chips.ts"),
  ]);
  const table = await tableOf(context, session, file);
  const otaData = references.some(needsOtaData) ? await otaDataOf(context, session, table) : null;
  const bootloaderAddress = chipById(session.chip.id).bootloaderOffset;
  const { partitions, tableAddress } = table;
  const options = { otaData, tableAddress, bootloaderAddress };
  return { table, ranges: references.map((reference) => resolveRange(partitions, reference, options)) };
}

/** The line with the addresses of their partitions, and the ranges of these. */
export async function placePairs(
  context: RunContext,
  session: Session,
  file: TableSource | null,
): Promise<NamedRanges & { readonly placed: RunContext }> {
  const { pairs } = context.arguments;
  const references = pairs.flatMap(({ reference }) => (reference === null ? [] : [reference]));
  const named = await namedRanges(context, session, { references, file });
  let next = 0;
  const addressed: readonly Pair[] = pairs.map((pair) =>
    pair.reference === null ? pair : { ...pair, address: named.ranges[next++]?.address ?? 0 },
  );
  return { ...named, placed: { ...context, arguments: { ...context.arguments, pairs: addressed } } };
}

/** Throws `file.missing` before a port is opened: what is in them is looked at when their addresses are known. */
export async function requireFiles({ host, arguments: { pairs } }: RunContext): Promise<void> {
  for (const { file } of pairs) {
    if (file === DASH || (await host.files.exists(file))) continue;
    throw new EspError("file.missing", `There is no file '${file}'.`, { hint: "Look at its name.", details: { file } });
  }
}

/** Whether a pair of the line names a partition. Throws `argument.conflict` for NAND flash, which has no such table. */
export function hasNames({ arguments: { pairs }, options }: RunContext): boolean {
  const has = pairs.some(({ reference }) => reference !== null);
  if (has && options.text("flash-type") === "nand") throw noNames();
  return has;
}

/** Partitions are of the flash that the chip starts from. */
export function noNames(): EspError {
  return new EspError("argument.conflict", "NAND flash has no partitions that could be named.", {
    hint: "Write an address in place of the name.",
  });
}
