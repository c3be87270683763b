import { toHex } from "../bytes/hex.ts";
import { readU32 } from "../bytes/words.ts";
import { type ErrorCode, type EspError, isEspError } from "../errors.ts";
import type { FileSystemKind } from "../filesystem/file-system.ts";
import { detectFileSystem, parseFileSystem } from "../filesystem/parse-file-system.ts";
import { APPLICATION_DESCRIPTOR_BYTES, parseApplicationDescriptor } from "../image/firmware/descriptors.ts";
import { parseNvs } from "../nvs/read/parse-nvs.ts";
import { OTA_DATA_BYTES, type OtaData, parseOtaData } from "../partition/ota/ota-data.ts";
import { APP, DATA } from "../partition/table/keywords.ts";
import type { Partition } from "../partition/table/partition.ts";
import type { FlashReader } from "./flash-reader.ts";

/** What is in a partition. */
export type PartitionContent =
  | ApplicationContent
  | { readonly kind: "ota-data"; readonly otaData: OtaData }
  | {
      readonly kind: "nvs";
      readonly namespaces: readonly { readonly name: string; readonly entries: number }[];
      /** What is wrong with it: entries and pages that are damaged. */
      readonly problems: number;
    }
  | {
      readonly kind: "file-system";
      readonly fileSystem: FileSystemKind;
      readonly sizeBytes: number;
      readonly usedBytes: number;
      readonly files: number;
      readonly problems: number;
    }
  | { readonly kind: "core-dump"; readonly sizeBytes: number }
  /** Of an application and of what is not known only the start was looked at. */
  | { readonly kind: "blank" }
  /** Keys are not read. */
  | { readonly kind: "not-read" }
  /** Nothing that is known; what is encrypted in flash looks so. */
  | { readonly kind: "unknown" }
  /** The partition does not end before the flash, or the file, does. */
  | { readonly kind: "outside" }
  | { readonly kind: "unreadable"; readonly code: ErrorCode; readonly message: string };

export interface ApplicationContent {
  readonly kind: "application";
  readonly projectName: string;
  readonly version: string;
  readonly idfVersion: string;
  /** As the compiler wrote it; empty in reproducible builds. */
  readonly compileDate: string;
  readonly compileTime: string;
  /** In hexadecimal; null: the tool that made the image left it out. */
  readonly elfSha256: string | null;
}

/** Of an image of today: its header, and that of the first segment. */
const DESCRIPTOR_AT = 32;
const IMAGE_MAGIC = 0xe9;
/** Looked at of what is not known. */
const START_BYTES = 0x1000;
/** Where the name of a LittleFS may stand, and the first sector of a FAT. */
const PROBE_BYTES = 0x3000;
const SUBTYPE = {
  ota: 0x00,
  nvs: 0x02,
  coreDump: 0x03,
  nvsKeys: 0x04,
  fat: 0x81,
  spiffs: 0x82,
  littlefs: 0x83,
} as const;
const FILE_SYSTEMS: readonly number[] = [SUBTYPE.fat, SUBTYPE.spiffs, SUBTYPE.littlefs];
/** Formats of core dumps begin with a length and a version, of which this is the shortest. */
const SHORTEST_DUMP = 12;

/** Reads as little of a partition as says what is in it. What is damaged is said; what the reader throws is not caught. */
export async function readContent(flash: FlashReader, partition: Partition): Promise<PartitionContent> {
  const { address, sizeBytes, type, subtype } = partition;
  if (address + sizeBytes > flash.sizeBytes) return { kind: "outside" };
  const read = async (bytes: number): Promise<Uint8Array> => await flash.read(address, Math.min(bytes, sizeBytes));
  if (type === APP) return application(await read(DESCRIPTOR_AT + APPLICATION_DESCRIPTOR_BYTES));
  if (type !== DATA) return started(await read(START_BYTES));
  if (subtype === SUBTYPE.nvsKeys) return { kind: "not-read" };
  if (subtype === SUBTYPE.ota) return told(await read(OTA_DATA_BYTES), otaData);
  if (subtype === SUBTYPE.nvs) return told(await read(sizeBytes), nvs);
  if (subtype === SUBTYPE.coreDump) return coreDump(await read(SHORTEST_DUMP), sizeBytes);
  // Others may have a file system that the table does not tell of: that of MicroPython is in one of its own subtype.
  const isLikely = FILE_SYSTEMS.includes(subtype) || told(await read(PROBE_BYTES), detected).kind === "file-system";
  return isLikely ? told(await read(sizeBytes), fileSystem) : started(await read(START_BYTES));
}

function told(bytes: Uint8Array, parse: (bytes: Uint8Array) => PartitionContent): PartitionContent {
  if (isBlank(bytes)) return { kind: "blank" };
  try {
    return parse(bytes);
  } catch (error) {
    if (!isEspError(error)) throw error;
    const { code, message }: EspError = error;
    return code === "filesystem.unknown" ? { kind: "unknown" } : { kind: "unreadable", code, message };
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0xff);
}

function started(bytes: Uint8Array): PartitionContent {
  return { kind: isBlank(bytes) ? "blank" : "unknown" };
}

function application(bytes: Uint8Array): PartitionContent {
  const found = bytes[0] === IMAGE_MAGIC ? parseApplicationDescriptor(bytes.subarray(DESCRIPTOR_AT)) : null;
  if (found === null) return started(bytes);
  const { projectName, version, idfVersion, compileDate, compileTime, elfSha256 } = found;
  const sha256 = elfSha256.every((byte) => byte === 0) ? null : toHex(elfSha256);
  return { kind: "application", projectName, version, idfVersion, compileDate, compileTime, elfSha256: sha256 };
}

function otaData(bytes: Uint8Array): PartitionContent {
  return { kind: "ota-data", otaData: parseOtaData(bytes) };
}

function nvs(bytes: Uint8Array): PartitionContent {
  const { namespaces, entries, damaged, problems } = parseNvs(bytes);
  const counted = namespaces.map(({ name }) => ({
    name,
    entries: entries.filter(({ namespace }) => namespace === name).length,
  }));
  // Noise is no NVS with problems: then nothing of it was understood.
  if (namespaces.length + entries.length + damaged.length === 0 && problems.length > 0) return { kind: "unknown" };
  return { kind: "nvs", namespaces: counted, problems: problems.length };
}

function detected(bytes: Uint8Array): PartitionContent {
  const kind = detectFileSystem(bytes);
  if (kind === null || kind === "blank") return { kind: "unknown" };
  return { kind: "file-system", fileSystem: kind, sizeBytes: 0, usedBytes: 0, files: 0, problems: 0 };
}

function fileSystem(bytes: Uint8Array): PartitionContent {
  const { kind, sizeBytes, usedBytes, entries, problems } = parseFileSystem(bytes);
  const files = entries.filter((entry) => entry.kind === "file").length;
  return { kind: "file-system", fileSystem: kind, sizeBytes, usedBytes, files, problems: problems.length };
}

function coreDump(bytes: Uint8Array, partitionBytes: number): PartitionContent {
  if (isBlank(bytes.subarray(0, 4))) return { kind: "blank" };
  const sizeBytes = bytes.length < 4 ? 0 : readU32(bytes, 0);
  return sizeBytes >= SHORTEST_DUMP && sizeBytes <= partitionBytes
    ? { kind: "core-dump", sizeBytes }
    : { kind: "unknown" };
}
