import { readU32 } from "../bytes/words.ts";
import { type Check, optional } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import { checkName } from "../check/values.ts";
import { type AbortSignalLike, EspError } from "../errors.ts";
import { readFlash } from "../flash/read/read-flash.ts";
import { checkPartitions, type Partition } from "../partition/table/partition.ts";
import type { Session } from "../session/session.ts";

export interface CoreDumpPartitionOptions {
  readonly spiConnection?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

const checkOptions: Check<CoreDumpPartitionOptions> = shape<CoreDumpPartitionOptions>({
  spiConnection: optional(checkName),
  signal: optional(checkSignal),
});

const DATA = 1;
const CORE_DUMP = 3;
const ERASED = 0xffff_ffff;
/** Version and chip at least. */
const LEAST_BYTES = 12;

/**
 * The bytes of the core dump in a chip's partition for it (data, coredump), as long as the dump is and no longer. Throws
 * `partition.missing` where the table has no such partition, `file.empty` where there is no dump in it, `image.invalid` where
 * what is in it is none or is encrypted, and as `readFlash`.
 */
export async function readCoreDumpPartition(
  session: Session,
  partitions: readonly Partition[],
  options: CoreDumpPartitionOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const place = checkPartitions(partitions, "partitions").find(
    ({ type, subtype }) => type === DATA && subtype === CORE_DUMP,
  );
  const wanted = checkOptions(options, "options");
  if (place === undefined)
    throw new EspError("partition.missing", "The partition table has no partition for core dumps.", {
      hint: "A program keeps them in a partition of type data, subtype coredump; others print them to the console.",
    });
  const { address, sizeBytes, name } = place;
  const { data } = await readFlash(session, { address, sizeBytes: LEAST_BYTES }, wanted);
  const dumpBytes = readU32(data, 0);
  if (dumpBytes === ERASED)
    throw new EspError("file.empty", `There is no core dump in the partition '${name}': it is empty.`, {
      hint: "The program has not crashed since it was erased, or it does not save core dumps.",
    });
  if (dumpBytes < LEAST_BYTES || dumpBytes > sizeBytes)
    throw new EspError(
      "image.invalid",
      `What is in the partition '${name}' is no core dump${place.encrypted ? " that can be read: it is encrypted" : ", or it is encrypted"}.`,
      {
        hint: "An encrypted dump can be read by the program itself, or once it is decrypted with the flash encryption key.",
        remedies: ["decrypt-flash"],
      },
    );
  return (await readFlash(session, { address, sizeBytes: dumpBytes }, wanted)).data;
}
