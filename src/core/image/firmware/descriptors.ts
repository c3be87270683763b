import { bytesOf, type Layout, layout, u8, u16, u32 } from "../../bytes/layout.ts";
import { fromUtf8 } from "../../bytes/text.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";

// Fact sheet 5.10.
export const APPLICATION_DESCRIPTOR_MAGIC = 0xabcd5432;
/** Offset of the base-2 logarithm of the MMU's page size; 0: not told. */
export const PAGE_SIZE_LOG2_AT = 180;
export const BOOTLOADER_DESCRIPTOR_MAGIC = 0x50;

interface ApplicationDescriptorFields {
  /** 0xABCD5432. */
  magic: number;
  /** Counts up against going back to an older version. */
  secureVersion: number;
  /** 0. */
  reserved1: Uint8Array<ArrayBuffer>;
  /** Text, zeros behind it. */
  version: Uint8Array<ArrayBuffer>;
  /** Text, zeros behind it. */
  projectName: Uint8Array<ArrayBuffer>;
  /** Text, such as `19:46:07`; empty in reproducible builds. */
  compileTime: Uint8Array<ArrayBuffer>;
  /** Text, such as `Sep 13 2022`; empty in reproducible builds. */
  compileDate: Uint8Array<ArrayBuffer>;
  /** Text: version of ESP-IDF. */
  idfVersion: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the ELF file, put in by the tool that makes the image; else zeros. */
  elfSha256: Uint8Array<ArrayBuffer>;
  /** Lowest revision of the eFuse block, major x 100 + minor. */
  minimumEfuseBlockRevision: number;
  /** Highest revision of the eFuse block, major x 100 + minor. */
  maximumEfuseBlockRevision: number;
  /** Base-2 logarithm of the MMU's page size; 0: not told. */
  mmuPageLog2: number;
  /** 0. */
  reserved2: Uint8Array<ArrayBuffer>;
}

export const APPLICATION_DESCRIPTOR: Layout<ApplicationDescriptorFields> = layout<ApplicationDescriptorFields>({
  magic: u32,
  secureVersion: u32,
  reserved1: bytesOf(8),
  version: bytesOf(32),
  projectName: bytesOf(32),
  compileTime: bytesOf(16),
  compileDate: bytesOf(16),
  idfVersion: bytesOf(32),
  elfSha256: bytesOf(32),
  minimumEfuseBlockRevision: u16,
  maximumEfuseBlockRevision: u16,
  mmuPageLog2: u8,
  reserved2: bytesOf(75),
});
export const APPLICATION_DESCRIPTOR_BYTES: number = APPLICATION_DESCRIPTOR.size;

interface BootloaderDescriptorFields {
  /** 0x50. */
  magic: number;
  /** Not looked at. */
  reserved1: Uint8Array<ArrayBuffer>;
  /** Version of the boot loader, counted by the project. */
  version: number;
  /** Text: version of ESP-IDF. */
  idfVersion: Uint8Array<ArrayBuffer>;
  /** Text, such as `Apr 25 2023 00:13:32`; empty in reproducible builds. */
  compileTime: Uint8Array<ArrayBuffer>;
  /** Not looked at. */
  reserved2: Uint8Array<ArrayBuffer>;
}

export const BOOTLOADER_DESCRIPTOR: Layout<BootloaderDescriptorFields> = layout<BootloaderDescriptorFields>({
  magic: u8,
  reserved1: bytesOf(3),
  version: u32,
  idfVersion: bytesOf(32),
  compileTime: bytesOf(24),
  reserved2: bytesOf(16),
});
export const BOOTLOADER_DESCRIPTOR_BYTES: number = BOOTLOADER_DESCRIPTOR.size;

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
  readonly elfSha256: Uint8Array<ArrayBuffer>;
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
  const fields = APPLICATION_DESCRIPTOR.decode(bytes.subarray(0, APPLICATION_DESCRIPTOR_BYTES));
  if (fields === null || fields.magic !== APPLICATION_DESCRIPTOR_MAGIC) return null;
  const { secureVersion, elfSha256, minimumEfuseBlockRevision, maximumEfuseBlockRevision, mmuPageLog2 } = fields;
  return {
    secureVersion,
    version: textOf(fields.version),
    projectName: textOf(fields.projectName),
    compileTime: textOf(fields.compileTime),
    compileDate: textOf(fields.compileDate),
    idfVersion: textOf(fields.idfVersion),
    elfSha256,
    minimumEfuseBlockRevision,
    maximumEfuseBlockRevision,
    mmuPageBytes: mmuPageLog2 === 0 ? null : 2 ** mmuPageLog2,
  };
}

/**
 * The descriptor at the start of the data, or null when there is none. Its mark is a single byte, so the texts must
 * look like texts, too; only the time is left empty by reproducible builds.
 */
export function parseBootloaderDescriptor(data: ByteSource): BootloaderDescriptor | null {
  const bytes = checkBytes(data, "data");
  const fields = BOOTLOADER_DESCRIPTOR.decode(bytes.subarray(0, BOOTLOADER_DESCRIPTOR_BYTES));
  if (fields === null || fields.magic !== BOOTLOADER_DESCRIPTOR_MAGIC) return null;
  const { version, idfVersion, compileTime } = fields;
  if (idfVersion[0] === 0 || !isText(idfVersion) || !isText(compileTime)) return null;
  return { version, idfVersion: textOf(idfVersion), compileTime: textOf(compileTime) };
}

/** Printable ASCII characters, if any, and nothing but zeros behind them. */
function isText(field: Uint8Array<ArrayBuffer>): boolean {
  const end = field.indexOf(0);
  const text = end === -1 ? field : field.subarray(0, end);
  return text.every((byte) => byte >= 0x20 && byte < 0x7f) && field.subarray(text.length).every((byte) => byte === 0);
}

function textOf(field: Uint8Array<ArrayBuffer>): string {
  return fromUtf8(field.filter((byte) => byte !== 0));
}
