// Shelf: OTA data: which slot boots, why, and how another one is chosen (fact sheet build-outputs 3).
// In: the bytes of the partition, and the table.
// Out: both copies as values; the slot; a plan for a switch.

import { crc32 } from "../../bytes/crc32.ts";
import { bytesOf, type Layout, layout, u32 } from "../../bytes/layout.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { EspError } from "../../errors.ts";
import { SECTOR_BYTES } from "../table/partition.ts";

interface OtaRecord {
  readonly sequence: number;
  readonly label: Uint8Array;
  readonly state: number;
  readonly crc: number;
}

const RECORD: Layout<OtaRecord> = layout<OtaRecord>({ sequence: u32, label: bytesOf(20), state: u32, crc: u32 });

/** What an application, or a bootloader with rollback, has said of the slot. */
export type OtaState = "new" | "pending-verify" | "valid" | "invalid" | "aborted" | "undefined";

const STATES: readonly (readonly [OtaState, number])[] = [
  ["new", 0],
  ["pending-verify", 1],
  ["valid", 2],
  ["invalid", 3],
  ["aborted", 4],
  ["undefined", 0xffff_ffff],
];

/** One of the two copies. */
export interface OtaCopy {
  readonly index: 0 | 1;
  /** Counts switches: the slot is this less one, modulo the number of slots. */
  readonly sequence: number;
  /** Null: a number without a meaning, which no bootloader takes for a refusal. */
  readonly state: OtaState | null;
  readonly stateNumber: number;
  readonly crc: number;
  readonly crcValid: boolean;
  /** All FF: nothing was ever written, or all was erased. */
  readonly blank: boolean;
}

export interface OtaData {
  readonly copies: readonly [OtaCopy, OtaCopy];
}

/** Two sectors, a copy at the beginning of each. */
export const OTA_DATA_BYTES: number = 2 * SECTOR_BYTES;
const BLANK = 0xffff_ffff;

/** The OTA data in the bytes of its partition; less than 0x1020 are none. Throws `argument.invalid`. */
export function parseOtaData(bytes: ByteSource): OtaData {
  const data = checkBytes(bytes, "bytes");
  if (data.length < SECTOR_BYTES + RECORD.size) {
    throw new EspError("argument.invalid", `OTA data has 0x2000 bytes, not 0x${data.length.toString(16)}.`, {
      hint: "Give the whole partition: two sectors, with a copy in each.",
      details: { argument: "bytes" },
    });
  }
  return { copies: [readCopy(data, 0), readCopy(data, 1)] };
}

function readCopy(data: Uint8Array, index: 0 | 1): OtaCopy {
  const bytes = data.subarray(index * SECTOR_BYTES, index * SECTOR_BYTES + RECORD.size);
  const { sequence, state: stateNumber, crc } = RECORD.decode(bytes) ?? { sequence: BLANK, state: BLANK, crc: BLANK };
  return {
    index,
    sequence,
    state: STATES.find(([, number]) => number === stateNumber)?.[0] ?? null,
    stateNumber,
    crc,
    crcValid: crc === crcOf(bytes.subarray(0, 4)),
    blank: bytes.every((byte) => byte === 0xff),
  };
}

/** Over the sequence alone, so a state may change without it. */
function crcOf(sequence: Uint8Array): number {
  return crc32(sequence, 0xffff_ffff);
}

/** The sector of a copy. */
export function encodeOtaCopy(sequence: number, state: OtaState): Uint8Array<ArrayBuffer> {
  const label = new Uint8Array(20).fill(0xff);
  const number = STATES.find(([name]) => name === state)?.[1] ?? BLANK;
  const record = RECORD.encode({ sequence, label, state: number, crc: 0 });
  const sector = new Uint8Array(SECTOR_BYTES).fill(0xff);
  sector.set(RECORD.encode({ sequence, label, state: number, crc: crcOf(record.subarray(0, 4)) }));
  return sector;
}

/** A bootloader passes over it, whatever its checksum says. */
export function isRejected({ sequence, state }: OtaCopy): boolean {
  return sequence === BLANK || state === "invalid" || state === "aborted";
}
