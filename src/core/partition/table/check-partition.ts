import { APP, DATA, DATA_COREDUMP, DATA_NVS, DATA_OTA, SUBTYPES, TYPES, typeName } from "./keywords.ts";
import type { Partition } from "./partition.ts";
import { SECTOR_BYTES } from "./partition.ts";
import { alignmentOf } from "./placement.ts";
import { type PartitionProblem, problemOf } from "./problem.ts";

const BLOCK_BYTES = 0x10000;
/** NVS needs a spare page to be written to. */
const LEAST_WRITABLE_NVS_BYTES = 0x3000;

/** What is wrong with one partition. */
export function checkPartition(partition: Partition, secureBoot: "v1" | "v2" | undefined): PartitionProblem[] {
  return [...checkPlace(partition, secureBoot), ...checkReadonly(partition), ...checkName(partition)];
}

function checkPlace(partition: Partition, secureBoot: "v1" | "v2" | undefined): PartitionProblem[] {
  const { name, type, address, sizeBytes } = partition;
  const problems: PartitionProblem[] = [];
  const alignment = alignmentOf(type);
  if (address % alignment !== 0) {
    const message = `'${name}' begins at 0x${address.toString(16)}, which is no multiple of 0x${alignment.toString(16)}.`;
    problems.push(problemOf(partition, "offset-misaligned", message, "offset"));
  }
  const unit = secureBoot === "v1" ? BLOCK_BYTES : SECTOR_BYTES;
  if (type === APP && sizeBytes % unit !== 0) {
    const message = `The size of '${name}', 0x${sizeBytes.toString(16)}, is no multiple of 0x${unit.toString(16)}.`;
    problems.push(problemOf(partition, "size-misaligned", message, "size"));
  }
  return problems;
}

function checkReadonly(partition: Partition): PartitionProblem[] {
  const { name, type, subtype, sizeBytes, readonly } = partition;
  if (type !== DATA) return [];
  if (readonly && (subtype === DATA_OTA || subtype === DATA_COREDUMP)) {
    return [problemOf(partition, "must-be-read-write", `'${name}' is written to, and must not be readonly.`, "flags")];
  }
  if (!readonly && subtype === DATA_NVS && sizeBytes < LEAST_WRITABLE_NVS_BYTES) {
    const message = `'${name}' has less than 0x3000 bytes: NVS as small as that can only be read, and must be readonly.`;
    return [problemOf(partition, "small-nvs-needs-readonly", message, "size")];
  }
  return [];
}

/** A partition called like a type or subtype that it has not. */
function checkName(partition: Partition): PartitionProblem[] {
  const { name, type, subtype } = partition;
  const word = name.toLowerCase();
  const named = TYPES.get(word);
  if (named !== undefined && named !== type) {
    const message = `'${name}' is called like a type, and its own is ${typeName(type)}.`;
    return [problemOf(partition, "name-is-type-keyword", message)];
  }
  const isKeyword = [...SUBTYPES.values()].some((keywords) => keywords.has(word));
  if (!isKeyword || SUBTYPES.get(type)?.get(word) === subtype) return [];
  return [problemOf(partition, "name-is-subtype-keyword", `'${name}' is called like a subtype that it has not.`)];
}
