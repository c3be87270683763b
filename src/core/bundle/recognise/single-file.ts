import { chipById } from "../../chip/catalog.ts";
import { EspError } from "../../errors.ts";
import { readFirmwareFile } from "../../image/read-firmware-file.ts";
import { PARTITION_TABLE_ADDRESS } from "../../partition/table/partition.ts";
import { type Contents, recognise } from "../contents/contents.ts";
import { splitMerged } from "../contents/split-merged.ts";
import type { Draft, DraftFile } from "../draft.ts";
import { KEEP_SETTINGS } from "../flash-bundle.ts";
import { folderOf } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";

/** One file, by what is in it (fact sheet build-outputs 1.8). Throws `bundle.unknown`, `image.*`. */
export async function readSingleFile(tree: TreeReader, path: string): Promise<Draft> {
  const data = (await tree.read(path)) ?? new Uint8Array(0);
  const contents = recognise(data);
  const { merged, chip } = contents;
  const kind = merged === null ? "single-file" : "merged";
  return {
    kind,
    folder: folderOf(path),
    chip,
    files: merged === null ? filesOf(path, data, contents) : splitMerged(path, data, merged),
    settings: KEEP_SETTINGS,
    elfFiles: [],
    facts: [{ what: `it is ${contents.what}`, from: path }],
    problems: [],
    howToBuild: "Build again.",
  };
}

function filesOf(path: string, data: Uint8Array<ArrayBuffer>, { kind, chip, what }: Contents): DraftFile[] {
  const alone = (role: DraftFile["role"], address: number | null): DraftFile[] => [
    { name: role, role, path, address, data, source: `${path}: it is ${what}` },
  ];
  switch (kind) {
    case "app":
      return alone("app", chip === "esp8266" ? 0 : null);
    case "bootloader":
      return alone("bootloader", chip === null ? null : chipById(chip).bootloaderOffset);
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
        hint: "Name the folder of the build, or write the file to an address or a partition.",
        details: { path, contents: what },
      });
  }
}
