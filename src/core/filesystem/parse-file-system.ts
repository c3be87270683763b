import { type ByteSource, checkBytes } from "../check/bytes.ts";
import { type Check, optional } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { oneOf } from "../check/words.ts";
import { EspError } from "../errors.ts";
import { looksLikeFat, readFat } from "./fat/read-fat.ts";
import { hasWearLevelling } from "./fat/wear-levelling.ts";
import type { FileSystemContents, FileSystemKind } from "./file-system.ts";
import { readLittleFs } from "./littlefs/read-littlefs.ts";
import { looksLikeLittleFs } from "./littlefs/superblock.ts";
import { sizesByMagic, sizesByPages } from "./spiffs/guess-settings.ts";
import { readSpiffs } from "./spiffs/read-spiffs.ts";

export const FILE_SYSTEM_KINDS: readonly FileSystemKind[] = ["littlefs", "fat", "spiffs"];

export interface ParseFileSystemOptions {
  /** Left out: by the content. */
  readonly kind?: FileSystemKind | undefined;
}

const checkOptions: Check<ParseFileSystemOptions> = shape<ParseFileSystemOptions>({
  kind: optional(oneOf(FILE_SYSTEM_KINDS)),
});

/**
 * Which file system is in a partition, by its content; the partition table's word for it is a hint and often wrong. `blank`:
 * every byte is 0xff. Null: none that is known, or an encrypted one.
 */
export function detectFileSystem(image: ByteSource): FileSystemKind | "blank" | null {
  const bytes = checkBytes(image, "image");
  if (bytes.every((byte) => byte === 0xff)) return "blank";
  if (looksLikeLittleFs(bytes)) return "littlefs";
  if (hasWearLevelling(bytes) || looksLikeFat(bytes)) return "fat";
  return spiffsSizes(bytes) === null ? null : "spiffs";
}

/**
 * What is in a partition with SPIFFS, LittleFS 2, or FAT of 12 or 16 bits, with wear levelling or without. `image` is the whole
 * partition. Damage does not stop it: what is wrong is in `problems`, and a file of which not all is there has no content.
 * Throws `filesystem.blank`, `filesystem.unknown`, `filesystem.unsupported`; `filesystem.unreadable` where nothing is left to
 * begin at. Facts: sheet build-outputs 5.
 *
 * @example
 * const { entries, problems } = parseFileSystem(await readFile("storage.bin"));
 */
export function parseFileSystem(image: ByteSource, options: ParseFileSystemOptions = {}): FileSystemContents {
  const bytes = checkBytes(image, "image");
  const { kind = detectFileSystem(bytes) } = checkOptions(options, "options");
  if (kind === "littlefs") return readLittleFs(bytes);
  if (kind === "fat") return readFat(bytes);
  const sizes = kind === "spiffs" ? spiffsSizes(bytes) : null;
  if (sizes !== null) return readSpiffs(bytes, sizes);
  if (kind === "blank") {
    throw new EspError("filesystem.blank", "There is nothing: every byte is 0xff.", {
      hint: "Firmware formats a blank partition when it mounts it the first time.",
    });
  }
  throw new EspError("filesystem.unknown", "This is no SPIFFS, LittleFS or FAT.", {
    hint: "Give the whole partition as it is in flash; what is encrypted there cannot be read.",
    details: { kind },
  });
}

/** By the mark of blocks, or where they have none by what is on their pages. */
function spiffsSizes(bytes: Uint8Array): ReturnType<typeof sizesByMagic> {
  return sizesByMagic(bytes) ?? sizesByPages(bytes);
}
