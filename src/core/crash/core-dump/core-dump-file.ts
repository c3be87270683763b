import { crc32 } from "../../bytes/crc32.ts";
import { sha256 } from "../../bytes/sha256.ts";
import { equalBytes, readU32 } from "../../bytes/words.ts";
import { chipByImageId } from "../../chip/catalog.ts";
import type { ChipId } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { readBinaryBody } from "./binary-body.ts";
import type { CoreDumpBody } from "./core-dump-body.ts";
import { isElfCore, readElfBody } from "./elf-body.ts";

/** The frame around a core dump: what kind it is, and whether it is whole. Fact sheet of crashes, section 8. */
export interface CoreDumpFile {
  /** `1.2`; null for an ELF file without the frame. */
  readonly version: string | null;
  /** Null for a number that is not known. */
  readonly chip: ChipId | null;
  /** `missing`: the dump is cut off before it. */
  readonly checksum: "right" | "wrong" | "missing" | "none";
  /** How much of the dump is not there. */
  readonly missingBytes: number;
  readonly body: CoreDumpBody;
  /** The body as it is, where it is an ELF file that debuggers read. */
  readonly elf: Uint8Array | null;
}

interface Layout {
  readonly headerBytes: number;
  readonly checksum: "crc32" | "sha256";
  readonly body: "binary" | "elf";
}

const LAYOUTS: Readonly<Record<string, Layout>> = {
  "0.1": { headerBytes: 16, checksum: "crc32", body: "binary" },
  "0.2": { headerBytes: 20, checksum: "crc32", body: "binary" },
  "0.3": { headerBytes: 24, checksum: "crc32", body: "binary" },
  "1.0": { headerBytes: 20, checksum: "crc32", body: "elf" },
  "1.1": { headerBytes: 20, checksum: "sha256", body: "elf" },
  "1.2": { headerBytes: 24, checksum: "crc32", body: "elf" },
  "1.3": { headerBytes: 24, checksum: "sha256", body: "elf" },
  "1.4": { headerBytes: 12, checksum: "sha256", body: "elf" },
};

/**
 * Reads a core dump as it is in its partition or came over the console, or an ELF file made of one. Throws `file.empty` where there is
 * none, `image.invalid`, and `image.truncated` where too little is there to know anything; of what is cut off behind that, the part that is
 * there is read.
 */
export function readCoreDumpFile(bytes: Uint8Array): CoreDumpFile {
  if (isElfCore(bytes))
    return { version: null, chip: null, checksum: "none", missingBytes: 0, body: readElfBody(bytes), elf: bytes };
  if (bytes.length < 8) throw refuse("image.truncated", "The core dump is shorter than its header.");
  const sizeBytes = readU32(bytes, 0);
  if (sizeBytes === 0xffff_ffff) throw refuse("file.empty", "There is no core dump: the partition is empty.");
  const word = readU32(bytes, 4);
  const version = `${(word >>> 8) & 0xff}.${word & 0xff}`;
  const layout = LAYOUTS[version];
  if (layout === undefined)
    throw refuse("image.invalid", `This is no core dump, or it is encrypted: there is no version ${version} of them.`);
  const checksumBytes = layout.checksum === "crc32" ? 4 : 32;
  if (Math.min(sizeBytes, bytes.length) < layout.headerBytes + checksumBytes)
    throw refuse("image.truncated", "The core dump is shorter than its header.");
  // Dumps bear the number that images bear.
  const known = chipByImageId(word >>> 16);
  const chip = known?.id ?? null;
  const contents = bytes.subarray(layout.headerBytes, sizeBytes - checksumBytes);
  const missingBytes = Math.max(0, sizeBytes - bytes.length);
  const checksum = missingBytes > 0 ? "missing" : isRight(bytes, sizeBytes, layout.checksum) ? "right" : "wrong";
  const frame = { version, chip, checksum, missingBytes } as const;
  if (layout.body === "elf") return { ...frame, body: readElfBody(contents), elf: contents };
  if (known === undefined)
    throw refuse("image.invalid", `The core dump is of a chip with the number ${word >>> 16}, which is not known.`);
  const header = {
    taskCount: readU32(bytes, 8),
    controlBlockBytes: readU32(bytes, 12),
    segmentCount: version === "0.1" ? 0 : readU32(bytes, 16),
  };
  return { ...frame, body: readBinaryBody(contents, header, known.instructionSet), elf: null };
}

/** The checksum stands at the end, over all that is before it. */
function isRight(bytes: Uint8Array, sizeBytes: number, kind: Layout["checksum"]): boolean {
  if (kind === "crc32") return crc32(bytes.subarray(0, sizeBytes - 4)) === readU32(bytes, sizeBytes - 4);
  return equalBytes(sha256(bytes.subarray(0, sizeBytes - 32)), bytes.subarray(sizeBytes - 32, sizeBytes));
}

function refuse(code: "image.truncated" | "image.invalid" | "file.empty", message: string): EspError {
  return new EspError(code, message, {
    hint:
      code === "file.empty"
        ? "The program has not crashed since the partition was erased, or it saves no core dumps."
        : "Give the contents of the core dump partition, or a log with a whole core dump in it.",
  });
}
