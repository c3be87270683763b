import { bytesOf, type Layout, layout, u8, u16, u32 } from "../../bytes/layout.ts";
import { md5 } from "../../bytes/md5.ts";
import { fromUtf8, strictUtf8, toUtf8 } from "../../bytes/text.ts";
import { equalBytes } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean } from "../../check/values.ts";
import { checkPartitions, PARTITION_TABLE_BYTES, type Partition } from "./partition.ts";
import { type PartitionProblem, problemAtOffset, problemOf, refusePartitionProblems } from "./problem.ts";

/** A record of the table (fact sheet build-outputs 2.1). */
interface PartitionRecord {
  readonly magic: number;
  readonly type: number;
  readonly subtype: number;
  readonly offset: number;
  readonly size: number;
  readonly name: Uint8Array;
  readonly flags: number;
}

const NAME_BYTES = 16;
const RECORD: Layout<PartitionRecord> = layout<PartitionRecord>({
  magic: u16,
  type: u8,
  subtype: u8,
  offset: u32,
  size: u32,
  name: bytesOf(NAME_BYTES),
  flags: u32,
});
const RECORD_BYTES = 32;
/** The bytes AA 50. */
const MAGIC = 0x50aa;
const ENCRYPTED = 1;
const READONLY = 2;
const KNOWN_FLAGS = ENCRYPTED | READONLY;

/** EB EB and fourteen FF stand before the digest. */
const DIGEST_OFFSET = 16;

/** What a binary table holds. */
export interface BinaryPartitionTable {
  readonly partitions: readonly Partition[];
  /** Of the digest record; a table may be without one. */
  readonly digest: "right" | "wrong" | "none";
  readonly problems: readonly PartitionProblem[];
}

export interface BinaryTableOptions {
  /** Tables have a digest; default true. Without, a digest record is no record. */
  readonly md5?: boolean | undefined;
}

const checkOptions: Check<BinaryTableOptions> = shape<BinaryTableOptions>({ md5: optional(checkBoolean) });

/**
 * The partitions of a binary table: of a file, or of flash at the table's address. What follows the end marker is ignored,
 * and nothing after 0xc00 bytes is looked at. Everything readable is in the result, with what is wrong beside it; whether the
 * partitions make sense is for `checkPartitionTable`. Throws `argument.invalid` alone.
 */
export function parsePartitionTable(bytes: ByteSource, options: BinaryTableOptions = {}): BinaryPartitionTable {
  const all = checkBytes(bytes, "bytes").subarray(0, PARTITION_TABLE_BYTES);
  const hasDigests = checkOptions(options, "options").md5 ?? true;
  const partitions: Partition[] = [];
  const problems: PartitionProblem[] = [];
  let digest: BinaryPartitionTable["digest"] = "none";
  const finish = (): BinaryPartitionTable => ({ partitions, digest, problems });
  for (let offset = 0; offset < all.length; offset += RECORD_BYTES) {
    const record = all.subarray(offset, offset + RECORD_BYTES);
    if (record.length < RECORD_BYTES) {
      problems.push(problemAtOffset("not-multiple-of-32", "The table ends within a record of 32 bytes.", offset));
      return finish();
    }
    if (record.every((byte) => byte === 0xff)) return finish();
    if (hasDigests && isDigest(record)) {
      const isRight = equalBytes(record.subarray(DIGEST_OFFSET), md5(all.subarray(0, offset)));
      // One wrong digest is not made good by another.
      if (digest !== "wrong") digest = isRight ? "right" : "wrong";
      if (!isRight)
        problems.push(problemAtOffset("md5-mismatch", "The MD5 of the records before does not fit.", offset));
    } else readRecord(record, offset, { partitions, problems });
  }
  problems.push(problemAtOffset("no-end-marker", "There is no end marker, a record of FF bytes.", all.length));
  return finish();
}

function isDigest(record: Uint8Array): boolean {
  return record.subarray(0, DIGEST_OFFSET).every((byte, index) => byte === (index < 2 ? 0xeb : 0xff));
}

interface Found {
  readonly partitions: Partition[];
  readonly problems: PartitionProblem[];
}

function readRecord(bytes: Uint8Array, offset: number, { partitions, problems }: Found): void {
  const record = RECORD.decode(bytes);
  if (record === null || record.magic !== MAGIC) {
    problems.push(
      problemAtOffset("bad-magic", "This is no record of a partition: it does not begin with AA 50.", offset),
    );
    return;
  }
  const end = record.name.indexOf(0);
  const name = record.name.subarray(0, end === -1 ? NAME_BYTES : end);
  const text = fromUtf8(name);
  const otherFlags = (record.flags & ~KNOWN_FLAGS) >>> 0;
  const partition: Partition = {
    name: text,
    type: record.type,
    subtype: record.subtype,
    address: record.offset,
    sizeBytes: record.size,
    encrypted: (record.flags & ENCRYPTED) !== 0,
    readonly: (record.flags & READONLY) !== 0,
    ...(otherFlags !== 0 && { otherFlags }),
    source: { kind: "offset", offset },
  };
  partitions.push(partition);
  if (strictUtf8(name) === null) problems.push(problemOf(partition, "name-not-text", "The name is not text in UTF-8."));
  if (otherFlags !== 0) {
    const flags = `0x${otherFlags.toString(16)}`;
    problems.push(problemOf(partition, "unknown-flags", `'${text}' has flags without a known meaning: ${flags}.`));
  }
}

/**
 * The table as it is written to flash: a file of 0xc00 bytes, names cut at 16 bytes of UTF-8. It holds 94 partitions with the
 * digest and 95 without. Throws `partition.invalid` where there are more.
 */
export function encodePartitionTable(
  partitions: readonly Partition[],
  options: BinaryTableOptions = {},
): Uint8Array<ArrayBuffer> {
  const wanted = checkPartitions(partitions, "partitions");
  const hasDigest = checkOptions(options, "options").md5 ?? true;
  const bytes = new Uint8Array(PARTITION_TABLE_BYTES).fill(0xff);
  const recordsEnd = wanted.length * RECORD_BYTES;
  const end = recordsEnd + (hasDigest ? RECORD_BYTES : 0);
  const [last] = wanted.slice(-1);
  // The end marker needs its place, too.
  if (end >= PARTITION_TABLE_BYTES && last !== undefined) {
    const most = PARTITION_TABLE_BYTES / RECORD_BYTES - (hasDigest ? 2 : 1);
    refusePartitionProblems([problemOf(last, "too-long", `A table holds ${most} partitions, not ${wanted.length}.`)]);
  }
  for (const [index, partition] of wanted.entries()) bytes.set(encodeRecord(partition), index * RECORD_BYTES);
  if (hasDigest) {
    bytes.set([0xeb, 0xeb], recordsEnd);
    bytes.set(md5(bytes.subarray(0, recordsEnd)), recordsEnd + DIGEST_OFFSET);
  }
  return bytes;
}

function encodeRecord({ type, subtype, address, sizeBytes, ...partition }: Partition): Uint8Array {
  const flags = (partition.encrypted ? ENCRYPTED : 0) | (partition.readonly ? READONLY : 0);
  return RECORD.encode({
    magic: MAGIC,
    type,
    subtype,
    offset: address,
    size: sizeBytes,
    name: toUtf8(partition.name),
    flags: (flags | (partition.otherFlags ?? 0)) >>> 0,
  });
}

/** Whether bytes begin like a binary table. */
export function isBinaryTable(bytes: Uint8Array): boolean {
  return bytes[0] === 0xaa && bytes[1] === 0x50;
}

/** What a name becomes in a table. */
export function isNameCut(name: string): boolean {
  return toUtf8(name).length > NAME_BYTES;
}
