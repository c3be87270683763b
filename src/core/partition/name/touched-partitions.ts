import type { Check } from "../../check/check.ts";
import { checkSize, checkWord } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkPartitions, type Partition } from "../table/partition.ts";

interface Range {
  readonly address: number;
  readonly sizeBytes: number;
}

const checkTouched: Check<Range> = shape<Range>({ address: checkWord, sizeBytes: checkSize });

/** The partitions that a range of flash touches, in the order of their addresses. */
export function touchedPartitions(
  partitions: readonly Partition[],
  range: { readonly address: number; readonly sizeBytes: number },
): readonly Partition[] {
  const { address, sizeBytes } = checkTouched(range, "range");
  return checkPartitions(partitions, "partitions")
    .filter((partition) => partition.address < address + sizeBytes && address < partition.address + partition.sizeBytes)
    .sort((left, right) => left.address - right.address);
}
