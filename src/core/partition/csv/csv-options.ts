import { type Check, optional } from "../../check/check.ts";
import { checkAddress } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkRecord, checkText, listOf } from "../../check/values.ts";

export interface PartitionCsvOptions {
  /** Where the table will stand; default 0x8000. Automatic addresses begin in the sector behind it. */
  readonly tableAddress?: number | undefined;
  /** Where the second-stage bootloader stands, for tables that list it. */
  readonly primaryBootloaderAddress?: number | undefined;
  readonly recoveryBootloaderAddress?: number | undefined;
  /** Subtypes of the project, each as `data, my_data, 0x50`. */
  readonly extraSubtypes?: readonly string[] | undefined;
  /** What `$NAME` and `${NAME}` stand for; default: for nothing. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
}

export const checkCsvOptions: Check<PartitionCsvOptions> = shape<PartitionCsvOptions>({
  tableAddress: optional(checkAddress),
  primaryBootloaderAddress: optional(checkAddress),
  recoveryBootloaderAddress: optional(checkAddress),
  extraSubtypes: optional(listOf(checkText)),
  variables: optional(checkRecord as Check<Readonly<Record<string, string | undefined>>>),
});
