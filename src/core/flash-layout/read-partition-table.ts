// Room: the partition table and the OTA data of a connected chip.
// In: a session; where the table stands.
// Out: partitions, copies of OTA data; a slot switched to.

import { type Check, optional } from "../check/check.ts";
import { checkAddress } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import { checkBoolean, checkName } from "../check/values.ts";
import { type AbortSignalLike, EspError } from "../errors.ts";
import { readFlash } from "../flash/read/read-flash.ts";
import { readFlashId } from "../flash/setup/flash-id.ts";
import { parsePartitionTable } from "../partition/table/binary-table.ts";
import { checkPartitionTable } from "../partition/table/check-table.ts";
import { PARTITION_TABLE_ADDRESS, PARTITION_TABLE_BYTES, type Partition } from "../partition/table/partition.ts";
import type { PartitionProblem } from "../partition/table/problem.ts";
import type { Session } from "../session/session.ts";

export interface ReadPartitionTableOptions {
  /** Where the table stands; default 0x8000. */
  readonly tableAddress?: number | undefined;
  /** Whether tables have a digest; default true. */
  readonly md5?: boolean | undefined;
  readonly spiConnection?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

const checkOptions: Check<ReadPartitionTableOptions> = shape<ReadPartitionTableOptions>({
  tableAddress: optional(checkAddress),
  md5: optional(checkBoolean),
  spiConnection: optional(checkName),
  signal: optional(checkSignal),
});

/** The table of a chip. */
export interface PartitionTableOnChip {
  readonly tableAddress: number;
  readonly partitions: readonly Partition[];
  /** `right`: the table is proved. `none`: it was built without a digest. */
  readonly digest: "right" | "wrong" | "none";
  /** Of the records, of the rules, and of the size of this flash. */
  readonly problems: readonly PartitionProblem[];
  /** Of the flash; null: it is not known. */
  readonly flashBytes: number | null;
}

/**
 * Reads the partition table of a chip, and holds it to the rules and to the size of its flash: what is wrong is among the
 * problems. Throws `partition.no-table` where no record of a partition stands, as on a blank chip, one whose table is
 * elsewhere, or one whose flash is encrypted; and as `readFlash`.
 */
export async function readPartitionTable(
  session: Session,
  options: ReadPartitionTableOptions = {},
): Promise<PartitionTableOnChip> {
  const { tableAddress = PARTITION_TABLE_ADDRESS, md5, ...reading } = checkOptions(options, "options");
  const range = { address: tableAddress, sizeBytes: PARTITION_TABLE_BYTES };
  const { data } = await readFlash(session, range, reading);
  const { partitions, digest, problems } = parsePartitionTable(data, { md5 });
  if (partitions.length === 0) throw noTable(tableAddress, data);
  const { sizeBytes: flashBytes } = await readFlashId(session, reading);
  const rules = checkPartitionTable(partitions, { tableAddress, flashBytes: flashBytes ?? undefined });
  return { tableAddress, partitions, digest, problems: [...problems, ...rules], flashBytes };
}

function noTable(tableAddress: number, data: Uint8Array): EspError {
  const isBlank = data.every((byte) => byte === 0xff);
  const what = isBlank ? "the flash is blank there" : "what stands there is none";
  return new EspError("partition.no-table", `There is no partition table at 0x${tableAddress.toString(16)}: ${what}.`, {
    hint: isBlank
      ? "A project may have it elsewhere: give its address, or the table as a file."
      : "A project may have it elsewhere, and encrypted flash cannot be read: give the table's address, or the table as a file.",
    details: { tableAddress, blank: isBlank },
  });
}
