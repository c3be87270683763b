import type { FlashBundle } from "../../../bundle.ts";
import {
  type FileToWrite,
  isEspError,
  type RegionState,
  type Session,
  type WriteFlashOptions,
  type WrittenFile,
} from "../../../index.ts";
import type { FoundFile } from "./plan-lines.ts";

export type NamedFile = FileToWrite & { readonly name: string };

interface Changed {
  readonly files: readonly NamedFile[];
  /** In the order of the files. */
  readonly found: readonly FoundFile[];
  readonly settings: WriteFlashOptions;
}

export function headerSettings({ settings }: FlashBundle): WriteFlashOptions {
  const { mode, frequency, size } = settings;
  return { flashMode: mode, flashFrequency: frequency, flashSize: size };
}

/** Of each file whether flash holds it, by one digest of the chip. Throws as `compareFlash`, but for a loader without digests. */
export async function findInFlash(
  session: Session,
  files: readonly NamedFile[],
  settings: WriteFlashOptions,
): Promise<readonly FoundFile[]> {
  const states = files.length === 0 ? [] : await statesOf(session, files, settings);
  return files.map(({ address }, index) => ({ address, state: states[index] ?? "unknown" }));
}

async function statesOf(
  session: Session,
  files: readonly NamedFile[],
  settings: WriteFlashOptions,
): Promise<readonly RegionState[]> {
  const { compareFlash } = await import("../../../index.ts");
  try {
    const compared = await compareFlash(session, files, { ...settings, by: "file" });
    return compared.files.map(({ regions }) => regions[0]?.state ?? "unknown");
  } catch (error) {
    if (isEspError(error, "flash.verify-unsupported")) return [];
    throw error;
  }
}

/** Writes the files that flash does not hold. A table or a bootloader that is there is not put at risk to save milliseconds. */
export async function writeChanged(
  session: Session,
  { files, found, settings }: Changed,
): Promise<readonly WrittenFile[]> {
  const changed = files.filter((_, index) => found[index]?.state !== "same");
  const { writeFlash } = await import("../../../index.ts");
  const written =
    changed.length === 0 ? [] : (await writeFlash(session, changed, { ...settings, skip: "always" })).files;
  const results = new Map(changed.map((file, index) => [file, written[index]]));
  return files.map((file) => results.get(file) ?? thereAlready(file));
}

/** As `writeFlash` tells of a file that it did not have to write. */
function thereAlready({ name, address, data }: NamedFile): WrittenFile {
  return {
    name,
    address,
    sizeBytes: data.length,
    compressedBytes: null,
    writtenBytes: 0,
    encrypted: false,
    skipped: true,
    verified: "md5",
    elapsedMs: 0,
  };
}
