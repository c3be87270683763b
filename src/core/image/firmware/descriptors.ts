import { fromUtf8 } from "../../bytes/text.ts";
import { readU16, readU32 } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";

// Fact sheet 5.10.
export const APPLICATION_DESCRIPTOR_MAGIC = 0xabcd5432;
export const APPLICATION_DESCRIPTOR_BYTES = 256;
/** Offset of the base-2 logarithm of the MMU's page size; 0: not told. */
export const PAGE_SIZE_LOG2_AT = 180;
export const BOOTLOADER_DESCRIPTOR_BYTES = 80;
const BOOTLOADER_DESCRIPTOR_MAGIC = 0x50;

/** What an ESP-IDF application tells of itself. */
export interface ApplicationDescriptor {
  readonly secureVersion: number;
  readonly version: string;
  readonly projectName: string;
  /** As the compiler wrote it, e.g. `19:46:07`; empty in reproducible builds. */
  readonly compileTime: string;
  /** As the compiler wrote it, e.g. `Sep 13 2022`; empty in reproducible builds. */
  readonly compileDate: string;
  readonly idfVersion: string;
  /** 32 bytes; zeros when the tool that made the image did not fill it in. */
  readonly elfSha256: Uint8Array;
  /** major x 100 + minor. */
  readonly minimumEfuseBlockRevision: number;
  /** major x 100 + minor. */
  readonly maximumEfuseBlockRevision: number;
  /** Null when not told. */
  readonly mmuPageBytes: number | null;
}

/** What an ESP-IDF second stage boot loader tells of itself. */
export interface BootloaderDescriptor {
  readonly version: number;
  readonly idfVersion: string;
  /** As the compiler wrote it, e.g. `Apr 25 2023 00:13:32`; empty in reproducible builds. */
  readonly compileTime: string;
}

/** The descriptor at the start of the data, or null when there is none. */
export function parseApplicationDescriptor(data: ByteSource): ApplicationDescriptor | null {
  const bytes = checkBytes(data, "data");
  if (bytes.length < APPLICATION_DESCRIPTOR_BYTES || readU32(bytes, 0) !== APPLICATION_DESCRIPTOR_MAGIC) return null;
  const log2 = bytes[PAGE_SIZE_LOG2_AT] ?? 0;
  return {
    secureVersion: readU32(bytes, 4),
    version: readText(bytes, 16, 32),
    projectName: readText(bytes, 48, 32),
    compileTime: readText(bytes, 80, 16),
    compileDate: readText(bytes, 96, 16),
    idfVersion: readText(bytes, 112, 32),
    elfSha256: bytes.subarray(144, 176),
    minimumEfuseBlockRevision: readU16(bytes, 176),
    maximumEfuseBlockRevision: readU16(bytes, 178),
    mmuPageBytes: log2 === 0 ? null : 2 ** log2,
  };
}

/**
 * The descriptor at the start of the data, or null when there is none. Its mark is a single byte, so the texts must
 * look like texts, too; only the time is left empty by reproducible builds.
 */
export function parseBootloaderDescriptor(data: ByteSource): BootloaderDescriptor | null {
  const bytes = checkBytes(data, "data");
  if (bytes.length < BOOTLOADER_DESCRIPTOR_BYTES || bytes[0] !== BOOTLOADER_DESCRIPTOR_MAGIC) return null;
  const [idfVersion, compileTime] = [bytes.subarray(8, 40), bytes.subarray(40, 64)];
  if (idfVersion[0] === 0 || !isText(idfVersion) || !isText(compileTime)) return null;
  return { version: readU32(bytes, 4), idfVersion: readText(bytes, 8, 32), compileTime: readText(bytes, 40, 24) };
}

/** Printable ASCII characters, if any, and nothing but zeros behind them. */
function isText(field: Uint8Array): boolean {
  const end = field.indexOf(0);
  const text = end === -1 ? field : field.subarray(0, end);
  return text.every((byte) => byte >= 0x20 && byte < 0x7f) && field.subarray(text.length).every((byte) => byte === 0);
}

function readText(data: Uint8Array, offset: number, length: number): string {
  const field = data.subarray(offset, offset + length);
  return fromUtf8(field.filter((byte) => byte !== 0));
}
