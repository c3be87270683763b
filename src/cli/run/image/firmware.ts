import {
  type ChipId,
  type FirmwareFile,
  type FirmwareForChipOptions,
  type ImageNotice,
  type PlacedFile,
  readFirmwareFile,
} from "../../../image.ts";
import { CLI_SESSION, type RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import type { Pair } from "../../line/value/read-pairs.ts";
import { warnDecimalAddress } from "../warn-address.ts";
import { refuseOverlap } from "./overlap.ts";

/** All files of the line, each read by its content, before anything is done to a chip. Throws `file.*`, `image.*`. */
export async function readFirmware(context: RunContext): Promise<FirmwareFile[]> {
  const files = await readPairedFiles(context, context.arguments.pairs);
  refuseKnownOverlap(files);
  return files;
}

/** The same for some files of the line, each looked at by itself. */
export async function readPairedFiles(context: RunContext, pairs: readonly Pair[]): Promise<FirmwareFile[]> {
  const files: FirmwareFile[] = [];
  for (const { addressText, reference } of pairs) if (reference === null) warnDecimalAddress(context, addressText);
  for (const { address, file } of pairs)
    files.push(readFirmwareFile(await readInput(context.host, file), { address, name: file }));
  for (const { kind, parts, notices } of files) {
    showNotices(context, notices);
    if (kind === "elf") await refuseDamagedElf(parts);
  }
  return files;
}

/** Throws `flash.overlap`. */
export function refuseKnownOverlap(files: readonly FirmwareFile[]): void {
  // Not known yet: an ELF file's size in flash, and which parts of a file for several chips count.
  refuseOverlap(files.flatMap(({ kind, parts, families }) => (kind === "elf" || families !== undefined ? [] : parts)));
}

async function refuseDamagedElf(parts: readonly PlacedFile[]): Promise<void> {
  const { parseElf } = await import("../../../image.ts");
  for (const { data } of parts) parseElf(data);
}

/** What of it goes where on this chip. Throws `image.*`, and `flash.overlap` where ELF files turn out too large. */
export async function firmwareFor(
  context: RunContext,
  chip: ChipId,
  firmware: readonly FirmwareFile[],
): Promise<PlacedFile[]> {
  const files: PlacedFile[] = [];
  for (const file of firmware) files.push(...(await partsFor(context, chip, file)));
  refuseOverlap(files);
  return files;
}

async function partsFor(context: RunContext, chip: ChipId, file: FirmwareFile): Promise<readonly PlacedFile[]> {
  // It is the same for every chip, and what makes something else of the other kinds is not loaded for it.
  if (file.kind === "binary") return file.parts;
  const { firmwareForChip } = await import("../../../image.ts");
  const { files, notices } = firmwareForChip(file, chip, elfSettings(context));
  showNotices(context, notices);
  return files;
}

/** What is asked of a bootloader's header counts for the header of an image that is made on the way, too. */
export function elfSettings({ options }: RunContext): FirmwareForChipOptions {
  const text = (name: string): string | undefined => {
    const value = options.text(name);
    return value === "keep" || value === "detect" ? undefined : value;
  };
  const [flashMode, flashFrequency, flashSize] = [text("flash-mode"), text("flash-freq"), text("flash-size")];
  return {
    force: options.flag("force"),
    ...(flashMode !== undefined && { flashMode }),
    ...(flashFrequency !== undefined && { flashFrequency }),
    ...(flashSize !== undefined && { flashSize }),
  };
}

export function showNotices({ emit }: RunContext, notices: readonly ImageNotice[]): void {
  for (const { level, ...notice } of notices) {
    const event = { session: CLI_SESSION, ...notice };
    emit(level === "note" ? { type: "note", ...event } : { type: "warning", ...event });
  }
}
