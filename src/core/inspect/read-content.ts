import { toHex } from "../bytes/hex.ts";
import { readU32 } from "../bytes/words.ts";
import type { FileSystemKind } from "../filesystem/file-system.ts";
import { detectFileSystem, parseFileSystem } from "../filesystem/parse-file-system.ts";
import { APPLICATION_DESCRIPTOR_BYTES, parseApplicationDescriptor } from "../image/firmware/descriptors.ts";
import { parseNvs } from "../nvs/read/parse-nvs.ts";
import { OTA_DATA_BYTES, parseOtaData } from "../partition/ota/ota-data.ts";
import { APP, DATA } from "../partition/table/keywords.ts";
import type { Partition } from "../partition/table/partition.ts";
import type { PartitionContent } from "./content.ts";
import type { FlashReader } from "./flash-reader.ts";
import { littleFsContent } from "./littlefs-content.ts";
import { told } from "./told.ts";

/** Of an image of today: its header, and that of the first segment. */
const DESCRIPTOR_AT = 32;
const IMAGE_MAGIC = 0xe9;
/** Looked at of what is not known. */
const START_BYTES = 0x1000;
/** Where the name of a LittleFS may stand, and the first sector of a FAT. */
const PROBE_BYTES = 0x4000;
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
  if (subtype === SUBTYPE.ota) return parsed(await read(OTA_DATA_BYTES), otaData);
  if (subtype === SUBTYPE.nvs) return parsed(await read(sizeBytes), nvs);
  if (subtype === SUBTYPE.coreDump) return coreDump(await read(SHORTEST_DUMP), sizeBytes);
  const probe = await read(PROBE_BYTES);
  if (detects(probe, "littlefs")) return await littleFsContent(flash, partition, probe);
  // Others may have a file system that the table does not tell of: that of MicroPython is in one of its own subtype.
  const isLikely = FILE_SYSTEMS.includes(subtype) || detects(probe, "fat") || detects(probe, "spiffs");
  return isLikely ? parsed(await read(sizeBytes), fileSystem) : started(probe);
}

function parsed(bytes: Uint8Array, parse: (bytes: Uint8Array) => PartitionContent): PartitionContent {
  return isBlank(bytes) ? { kind: "blank" } : told(() => parse(bytes));
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

function detects(bytes: Uint8Array, kind: FileSystemKind): boolean {
  return detectFileSystem(bytes) === kind;
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
