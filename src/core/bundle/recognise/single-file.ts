import { chipEntry } from "../../chip/chip-index.ts";
import type { ChipId } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { firmwareForChip } from "../../image/firmware-for-chip.ts";
import { readFirmwareFile } from "../../image/read-firmware-file.ts";
import { PARTITION_TABLE_ADDRESS } from "../../partition/table/partition.ts";
import { type Contents, recognise } from "../contents/contents.ts";
import { splitMerged } from "../contents/split-merged.ts";
import type { Draft, DraftFile } from "../draft.ts";
import { KEEP_SETTINGS } from "../flash-bundle.ts";
import { folderOf } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";

/**
 * One file, by what is in it (fact sheet build-outputs 1.8); an ELF file becomes the application of the chip that is named.
 * Throws `bundle.unknown`, `image.*`.
 */
export async function readSingleFile(tree: TreeReader, path: string, wanted?: ChipId): Promise<Draft> {
  const data = (await tree.read(path)) ?? new Uint8Array(0);
  const contents = recognise(data);
  const { merged } = contents;
  const isElf = contents.kind === "elf" && wanted !== undefined;
  const chip = isElf ? wanted : contents.chip;
  const kind = merged === null ? "single-file" : "merged";
  return {
    kind,
    folder: folderOf(path),
    chip,
    files: isElf
      ? program(path, data, wanted)
      : merged === null
        ? filesOf(path, data, contents)
        : splitMerged(path, data, merged),
    settings: KEEP_SETTINGS,
    elfFiles: isElf ? [path] : [],
    facts: [{ what: `it is ${contents.what}`, from: path }],
    problems: [],
    howToBuild: "Build again.",
  };
}

function program(path: string, data: Uint8Array<ArrayBuffer>, chip: ChipId): DraftFile[] {
  const { files } = firmwareForChip(readFirmwareFile(data, { address: 0, name: path }), chip);
  const isPlaced = chip === "esp8266";
  return files.map((file) => ({
    name: files.length === 1 ? "app" : null,
    role: "app",
    path,
    address: isPlaced ? file.address : null,
    data: file.data,
    source: `${path}: it is a program`,
  }));
}

function filesOf(path: string, data: Uint8Array<ArrayBuffer>, { kind, chip, what }: Contents): DraftFile[] {
  const alone = (role: DraftFile["role"], address: number | null): DraftFile[] => [
    { name: role, role, path, address, data, source: `${path}: it is ${what}` },
  ];
  switch (kind) {
    case "app":
      return alone("app", chip === "esp8266" ? 0 : null);
    case "bootloader":
      return alone("bootloader", chip === null ? null : chipEntry(chip).bootloaderOffset);
    case "partition-table":
      return alone("partition-table", PARTITION_TABLE_ADDRESS);
    case "uf2":
    case "intel-hex": {
      const { parts } = readFirmwareFile(data, { address: 0, name: path });
      return parts.map((part) => ({
        name: null,
        role: null,
        path,
        address: part.address,
        data: part.data,
        source: `${path}: it has addresses of its own`,
      }));
    }
    default:
      throw new EspError("bundle.unknown", `'${path}' is ${what}: it does not say where it goes.`, {
        hint:
          kind === "elf"
            ? "Say which chip it is for, and it becomes its application; or name the folder of the build."
            : "Name the folder of the build, or write the file to an address or a partition.",
        details: { path, contents: what },
      });
  }
}
