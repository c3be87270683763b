// Shelf: partition tables and OTA data.
// In: a `RunContext`; for some a chip.
// Out: tables drawn and written, slots switched.

import type { PartitionFile, PartitionFileOptions } from "../../../partition.ts";
import type { RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import type { OptionValues } from "../../line/option-values.ts";
import { keepLastTable } from "../by-name/last-table.ts";

/** The library's options for those of the line. */
export function tableOptions({ options, host }: RunContext): PartitionFileOptions {
  return {
    tableAddress: options.number("offset"),
    primaryBootloaderAddress: options.number("primary-bootloader-offset"),
    recoveryBootloaderAddress: options.number("recovery-bootloader-offset"),
    extraSubtypes: options.list("extra-partition-subtypes"),
    variables: host.env,
    flashBytes: flashBytesOf(options),
    // The declaration of the option allows these words only.
    secureBoot: options.text("secure") as "v1" | "v2" | undefined,
    verify: !options.flag("no-verify"),
    md5: !options.flag("disable-md5sum"),
  };
}

export function flashBytesOf(options: OptionValues): number | undefined {
  const megabytes = /^(\d+)MB$/.exec(options.text("flash-size") ?? "")?.[1];
  return megabytes === undefined ? undefined : Number(megabytes) * 1024 * 1024;
}

/** The table of a file of the line, with what is wrong. Throws `file.*`. */
export async function readTable(context: RunContext, name: string): Promise<PartitionFile> {
  const { readPartitionFile } = await import("../../../partition.ts");
  const file = readPartitionFile(await readInput(context.host, name), tableOptions(context));
  if (file.problems.every(({ level }) => level !== "error")) await keepLastTable(context, file.partitions);
  return file;
}
