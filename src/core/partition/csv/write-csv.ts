import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkText, listOf } from "../../check/values.ts";
import { subtypeAmong, typeName } from "../table/keywords.ts";
import { checkPartitions, type Partition } from "../table/partition.ts";
import { withExtraSubtypes } from "./extra-subtypes.ts";

export interface WritePartitionCsvOptions {
  /** Subtypes of the project, each as `data, my_data, 0x50`. */
  readonly extraSubtypes?: readonly string[] | undefined;
}

const checkOptions: Check<WritePartitionCsvOptions> = shape<WritePartitionCsvOptions>({
  extraSubtypes: optional(listOf(checkText)),
});

/** The lines that tools of the field put first. */
const HEAD: readonly string[] = ["# ESP-IDF Partition Table", "# Name, Type, SubType, Offset, Size, Flags"];

/** The partitions as a CSV file, as ESP-IDF writes it. Flags without a name are left out. Throws `argument.invalid`. */
export function formatPartitionCsv(partitions: readonly Partition[], options: WritePartitionCsvOptions = {}): string {
  const subtypes = withExtraSubtypes(checkOptions(options, "options").extraSubtypes ?? []);
  const lines = checkPartitions(partitions, "partitions").map((partition) => {
    const { name, type, subtype, address, sizeBytes, encrypted, readonly } = partition;
    const flags = [...(encrypted ? ["encrypted"] : []), ...(readonly ? ["readonly"] : [])].join(":");
    const offset = `0x${address.toString(16)}`;
    return [name, typeName(type), subtypeAmong(subtypes, type, subtype), offset, sizeText(sizeBytes), flags].join(",");
  });
  return `${[...HEAD, ...lines].join("\n")}\n`;
}

/** `1M`, `16K`, else hexadecimal. */
function sizeText(sizeBytes: number): string {
  if (sizeBytes % 0x10_0000 === 0) return `${sizeBytes / 0x10_0000}M`;
  return sizeBytes % 0x400 === 0 ? `${sizeBytes / 0x400}K` : `0x${sizeBytes.toString(16)}`;
}
