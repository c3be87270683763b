import type { FlashBundle } from "../../../bundle.ts";
import {
  EspError,
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
  if (changed.length > 0)
    await proveUntouched(session, {
      files: files.filter((file) => !changed.includes(file)),
      settings,
      since: "others were written",
    });
  const results = new Map(changed.map((file, index) => [file, written[index]]));
  return files.map((file) => results.get(file) ?? thereAlready(file));
}

interface Proved extends Pick<Changed, "files" | "settings"> {
  /** What was done to flash, as it ends a sentence. */
  readonly since: string;
}

/**
 * Of files that were proved: what was done to flash since then may have been done to where they are, in one that is smaller than
 * it says. Throws `flash.verify-failed`.
 */
export async function proveUntouched(session: Session, { files, settings, since }: Proved): Promise<void> {
  const gone = await notInFlash(session, files, settings);
  // Answers carry no checksum: that something is gone is believed when the chip says so twice.
  const [lost] = gone.length === 0 ? [] : await notInFlash(session, gone, settings);
  if (lost === undefined) return;
  const { name: file, address, data } = lost;
  throw new EspError("flash.verify-failed", `'${file}' was in flash, and is not any more since ${since}.`, {
    hint: "The flash may be smaller than it says. Build the program for the size that it really has.",
    details: { file, address, sizeBytes: data.length },
  });
}

async function notInFlash(
  session: Session,
  files: readonly NamedFile[],
  settings: WriteFlashOptions,
): Promise<readonly NamedFile[]> {
  const found = await findInFlash(session, files, settings);
  return files.filter((_, index) => found[index]?.state !== "same");
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
