import { EspError } from "../../../index.ts";
import type { NamedRange } from "../../../partition.ts";
import { harmlessText } from "../../show/harmless-text.ts";

/** Throws `partition.too-small` for a file that reaches beyond the partition it was meant for, before anything is erased. */
export function refuseTooLarge(
  files: readonly { readonly address: number; readonly data: Uint8Array; readonly name?: string | undefined }[],
  ranges: readonly NamedRange[],
): void {
  for (const { address, data, name = "" } of files) {
    const range = ranges.find((one) => one.address === address);
    if (range === undefined || data.length <= range.sizeBytes) continue;
    const over = data.length - range.sizeBytes;
    throw new EspError(
      "partition.too-small",
      `'${name}' has ${data.length} bytes, and the partition '${harmlessText(range.name)}' ${range.sizeBytes}: ${over} too many.`,
      {
        hint: "Nothing was erased. Make the file smaller, or the partition larger.",
        details: { file: name, partition: range.name, sizeBytes: data.length, partitionBytes: range.sizeBytes },
      },
    );
  }
}
