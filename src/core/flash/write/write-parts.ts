import type { Compressor } from "../../bytes/deflate.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import { HEADER_TOOLS } from "../../image/firmware/header-tools.ts";
import type { HeaderRewriter, HeaderSettings } from "../../image/firmware/rewrite-header.ts";
import { loadPart } from "../../load-part.ts";
import type { FileToWrite } from "../guard/file-to-write.ts";

/** Parts of the program that some writes need: loaded before anything is erased. Each throws `package.part-missing`. */
export async function loadCompressor(): Promise<Compressor> {
  return (await loadPart("the compressor", () => import("../../bytes/deflate.ts"))).compressor();
}

export type Shortcuts = typeof import("./shortcuts.ts");

/** Null where the caller has nothing left out. */
export async function loadShortcuts(
  files: readonly FileToWrite[],
  { skipFlashed }: { readonly skipFlashed?: boolean | undefined },
): Promise<Shortcuts | null> {
  if (skipFlashed !== true && files.every(({ previous }) => previous === undefined)) return null;
  return await loadPart("what leaves out of a write what is there", () => import("./shortcuts.ts"));
}

/** Null where no header is to be changed: nothing is asked for, or no file goes where the boot loader stands. */
export async function loadHeaderRewriter(
  files: readonly FileToWrite[],
  { bootloaderOffset }: ChipDescriptor,
  settings: HeaderSettings,
): Promise<HeaderRewriter | null> {
  const isKept = Object.values(settings).every((word) => word === "keep");
  if (isKept || !files.some(({ address }) => address === bootloaderOffset)) return null;
  const part = await loadPart("what changes image headers", () => import("../../image/firmware/rewrite-header.ts"));
  return (chip, request) => part.rewriteHeader(chip, request, HEADER_TOOLS);
}

/** As `recogniseContents`, for files at places where a program is looked for. */
export async function recogniseLate(data: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const load = () => import("../../image/recognise-contents.ts");
  return (await loadPart("what recognises files that are no firmware", load)).recogniseContents(data);
}

/** For who wants to have the whole flash erased first. */
export async function loadChipErase(): Promise<typeof import("../erase/erase-chip.ts")> {
  return await loadPart("erasing the whole flash", () => import("../erase/erase-chip.ts"));
}

/** What decides whether the chip may be asked to encrypt. */
export async function loadEncryptionRules(): Promise<typeof import("../guard/check-encryption.ts")> {
  return await loadPart("the rules of encrypted writes", () => import("../guard/check-encryption.ts"));
}
