import { type Partition, touchedPartitions } from "../../../partition.ts";
import { CLI_SESSION, type RunContext } from "../../context.ts";
import { harmlessText } from "../../show/harmless-text.ts";

interface Placed {
  readonly address: number;
  readonly data: Uint8Array;
  readonly name?: string | undefined;
}

/** Tells of files, placed by address beside named ones, that reach into more than one partition. */
export function warnCrossing({ emit }: RunContext, files: readonly Placed[], partitions: readonly Partition[]): void {
  for (const { address, data, name = "" } of files) {
    const touched = touchedPartitions(partitions, { address, sizeBytes: data.length }).map((one) =>
      harmlessText(one.name),
    );
    if (touched.length < 2) continue;
    const message = `'${name}' at 0x${address.toString(16)} goes into several partitions: ${touched.join(", ")}.`;
    const details = { file: name, address, partitions: touched };
    emit({ session: CLI_SESSION, type: "warning", code: "partition.crossed", message, details });
  }
}
