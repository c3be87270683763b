import type { Check } from "../../check/check.ts";
import { hasParts } from "../../check/shapes.ts";
import { checkText, listOf } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import type { Partition } from "./partition.ts";

/** What can be wrong; stable, for programs. */
export type PartitionProblemKind =
  // a binary table
  | "bad-magic"
  | "md5-mismatch"
  | "no-end-marker"
  | "not-multiple-of-32"
  | "name-not-text"
  // a CSV file
  | "not-text"
  | "unset-variable"
  | "empty-type"
  | "empty-app-subtype"
  | "empty-size"
  | "bad-number"
  | "unknown-keyword"
  | "out-of-range"
  | "unknown-flag"
  | "needs-primary-offset"
  | "needs-recovery-offset"
  | "overlap-table-sector"
  | "overlap-csv-order"
  | "too-many"
  // a partition
  | "offset-misaligned"
  | "size-misaligned"
  | "must-be-read-write"
  | "small-nvs-needs-readonly"
  // the table
  | "duplicate-name"
  | "below-table"
  | "overlap"
  | "multiple-otadata"
  | "otadata-size"
  | "multiple-tee-otadata"
  | "tee-otadata-size"
  | "does-not-fit-flash"
  | "too-long"
  // warnings
  | "unknown-flags"
  | "name-is-type-keyword"
  | "name-is-subtype-keyword"
  | "name-cut";

/** Something in a table that is not as it must be, and where. What could be read is there all the same. */
export interface PartitionProblem {
  readonly kind: PartitionProblemKind;
  /** With a warning the table works. */
  readonly level: "error" | "warning";
  readonly message: string;
  /** Of a CSV file, from 1. */
  readonly line: number | null;
  readonly column: number | null;
  /** In a binary table. */
  readonly offset: number | null;
  /** The name of the partition, where it is about one. */
  readonly partition: string | null;
}

/** The fields of a line, in their order. */
export const FIELDS = ["name", "type", "subtype", "offset", "size", "flags"] as const;
export type FieldName = (typeof FIELDS)[number];

/** A problem of a partition; `field`: the one of its line that is wrong. */
export function problemOf(
  partition: Partition,
  kind: PartitionProblemKind,
  message: string,
  field: FieldName = "name",
): PartitionProblem {
  const { source, name } = partition;
  const level = WARNINGS.has(kind) ? "warning" : "error";
  const line = source?.kind === "line" ? source.line : null;
  const column = source?.kind === "line" ? (source.columns[FIELDS.indexOf(field)] ?? 1) : null;
  const offset = source?.kind === "offset" ? source.offset : null;
  return { kind, level, message, line, column, offset, partition: name };
}

const WARNINGS: ReadonlySet<PartitionProblemKind> = new Set([
  "unknown-flags",
  "name-is-type-keyword",
  "name-is-subtype-keyword",
  "name-cut",
]);

export function problemAtOffset(kind: PartitionProblemKind, message: string, offset: number): PartitionProblem {
  return { kind, level: "error", message, line: null, column: null, offset, partition: null };
}

export function problemAtLine(
  kind: PartitionProblemKind,
  message: string,
  place: { readonly line: number; readonly column: number },
): PartitionProblem {
  return { kind, level: "error", message, ...place, offset: null, partition: null };
}

const checkProblems: Check<readonly PartitionProblem[]> = listOf(
  hasParts<PartitionProblem>("a problem of a partition table", {
    kind: checkText,
    level: checkText,
    message: checkText,
  }),
);

/** Throws `partition.invalid` with the first error among the problems; all are in its details. */
export function refusePartitionProblems(problems: readonly PartitionProblem[]): void {
  const errors = checkProblems(problems, "problems").filter(({ level }) => level === "error");
  const [first] = errors;
  if (first === undefined) return;
  const more = errors.length === 1 ? "" : ` There ${errors.length === 2 ? "is" : "are"} ${errors.length - 1} more.`;
  throw new EspError("partition.invalid", `The partition table is wrong: ${placeOf(first)}${first.message}${more}`, {
    details: { ...first, problems },
  });
}

/** `line 3, column 12: `, or what there is of it. */
export function placeOf({ line, column, offset }: PartitionProblem): string {
  if (line !== null) return `line ${line}${column === null ? "" : `, column ${column}`}: `;
  return offset === null ? "" : `offset 0x${offset.toString(16)}: `;
}
