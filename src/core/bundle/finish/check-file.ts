import { chipEntry } from "../../chip/chip-index.ts";
import type { ChipId } from "../../chip/types.ts";
import { APP } from "../../partition/table/keywords.ts";
import type { Partition } from "../../partition/table/partition.ts";
import { type Contents, recognise } from "../contents/contents.ts";
import type { BundleFile, BundleProblem } from "../flash-bundle.ts";

const MOST_FLASH_BYTES = 256 * 1024 * 1024;

export interface FileContext {
  readonly chip: ChipId | null;
  readonly partitions: readonly Partition[] | null;
  readonly tableAddress: number | null;
  readonly howToBuild: string;
}

/** What keeps a file from its place, or should be known of it. */
export function checkFile(file: BundleFile, context: FileContext): BundleProblem[] {
  const contents = recognise(file.data);
  const wrong = wrongContents(file, contents, context);
  if (wrong !== null) return [wrong];
  return [...wrongPlace(file, context), ...wrongChip(file, contents, context)];
}

function error(file: BundleFile, code: BundleProblem["code"], message: string, hint: string): BundleProblem {
  return { level: "error", code, message, hint, path: file.path };
}

/** What must not be where an image, or a table, has to be. */
const NO_IMAGE: ReadonlySet<Contents["kind"]> = new Set([
  "merged",
  "partition-table",
  "elf",
  "uf2",
  "intel-hex",
  "blank",
  "not-firmware",
]);

function wrongContents(file: BundleFile, { kind, what }: Contents, { howToBuild }: FileContext): BundleProblem | null {
  const { role, path } = file;
  const say = (wanted: string, hint: string): BundleProblem =>
    error(file, "image.not-firmware", `'${path}' should be ${wanted}, and is ${what}.`, hint);
  if (role === "app" || role === "bootloader") {
    const wanted = role === "app" ? "the application" : "the bootloader";
    if (kind === "elf") return say(wanted, "Give the image that was made of it, a .bin file.");
    if (kind === "merged")
      return say(wanted, "It begins at the bootloader: flash it by its own name, and its parts are written.");
    // A bootloader of a merged image without a table may have an application behind it.
    const isOther = role === "bootloader" ? kind === "app" : false;
    if (NO_IMAGE.has(kind) || isOther) return say(wanted, howToBuild);
  }
  if (role === "partition-table" && kind !== "partition-table" && kind !== "other")
    return say("the partition table", howToBuild);
  return null;
}

function wrongPlace(file: BundleFile, { partitions, tableAddress, howToBuild, chip }: FileContext): BundleProblem[] {
  const { address, role, path, data } = file;
  if (address === null) {
    const isPlaced = role === "app" && partitions === null;
    return isPlaced ? [] : [error(file, "bundle.incomplete", `Nothing says where '${path}' goes.`, howToBuild)];
  }
  if (address + data.length > MOST_FLASH_BYTES) {
    const message = `'${path}' is for 0x${address.toString(16)}, which is more than any flash has.`;
    return [error(file, "bundle.invalid", message, howToBuild)];
  }
  if (role === "bootloader") return wrongBootloaderPlace(file, address, { tableAddress, chip });
  if (partitions === null) return [];
  const place = partitions.find((one) => address >= one.address && address < one.address + one.sizeBytes);
  if (role === "app" && (place?.type !== APP || place.address !== address)) {
    const message = `'${path}' is for 0x${address.toString(16)}, where no application partition of the table begins.`;
    return [
      error(file, "bundle.invalid", message, `The list of files and the table are of different builds. ${howToBuild}`),
    ];
  }
  const end = place === undefined ? null : place.address + place.sizeBytes;
  if (end === null || address + data.length <= end) return [];
  const over = address + data.length - end;
  const message = `'${path}' has ${data.length} bytes, ${over} more than the partition '${place?.name ?? ""}' has room for.`;
  return [error(file, "partition.too-small", message, "Make the file smaller, or the partition larger.")];
}

function wrongBootloaderPlace(
  file: BundleFile,
  address: number,
  { tableAddress, chip }: Pick<FileContext, "tableAddress" | "chip">,
): BundleProblem[] {
  if (chip !== null && address !== chipEntry(chip).bootloaderOffset) {
    const wanted = chipEntry(chip).bootloaderOffset.toString(16);
    const message = `The bootloader is for 0x${address.toString(16)}, and the ${chip} starts it at 0x${wanted}.`;
    return [error(file, "bundle.invalid", message, "The list of files is for another chip.")];
  }
  if (tableAddress === null || address + file.data.length <= tableAddress) return [];
  const message = `'${file.path}' has ${file.data.length} bytes, and would reach into the partition table.`;
  return [error(file, "partition.too-small", message, "Move the table, or make the bootloader smaller.")];
}

function wrongChip(file: BundleFile, contents: Contents, { chip }: FileContext): BundleProblem[] {
  const isImage = file.role === "app" || file.role === "bootloader";
  if (!isImage || chip === null || contents.chip === null || contents.chip === chip) return [];
  const message = `'${file.path}' is for the ${contents.chip}, and the build for the ${chip}.`;
  return [error(file, "image.wrong-chip", message, "Build for one chip.")];
}
