import { findChip } from "../../chip/catalog.ts";
import type { ChipId } from "../../chip/types.ts";
import type { BundleSettings } from "../flash-bundle.ts";
import { offsetOf, record, settingsOf, text } from "./settings.ts";

/** One of `flash_files`. */
export interface FlasherFile {
  /** The key of its object, as `bootloader`, `app`, `storage`; null: there is none. */
  readonly name: string | null;
  readonly address: number;
  /** As written there. */
  readonly path: string;
  readonly encrypted: boolean;
}

/** What `flasher_args.json` of ESP-IDF says (fact sheet build-outputs 1.1). */
export interface FlasherArgs {
  readonly files: readonly FlasherFile[];
  readonly settings: BundleSettings;
  readonly chip: ChipId | null;
  readonly leavesInLoader: boolean;
  /** Of `flash_files` what cannot be understood. */
  readonly unreadable: readonly string[];
}

const MOST_FILES = 200;

export function parseFlasherArgs(value: unknown): FlasherArgs {
  const args = record(value);
  const { flash_mode, flash_freq, flash_size } = record(args["flash_settings"]);
  const { chip, after } = record(args["extra_esptool_args"]);
  const named = namedFiles(args);
  const files: FlasherFile[] = [];
  const unreadable: string[] = [];
  for (const [offset, path] of Object.entries(record(args["flash_files"])).slice(0, MOST_FILES)) {
    const address = offsetOf(offset);
    if (address === null || typeof path !== "string") {
      unreadable.push(offset.slice(0, 40));
      continue;
    }
    const found = named.find((one) => one.address === address && one.path === path);
    files.push({ name: found?.name ?? null, address, path, encrypted: found?.encrypted ?? false });
  }
  return {
    files,
    settings: settingsOf(flash_mode, flash_freq, flash_size),
    chip: findChip(text(chip) ?? "")?.id ?? null,
    leavesInLoader: /^no[-_]reset$/.test(text(after) ?? ""),
    unreadable,
  };
}

function namedFiles(args: Readonly<Record<string, unknown>>): readonly (FlasherFile & { readonly name: string })[] {
  return Object.entries(args).flatMap(([key, value]) => {
    const { offset, file, encrypted } = record(value);
    const address = offsetOf(offset);
    if (address === null || typeof file !== "string") return [];
    // Older versions write partition_table.
    return [
      {
        name: key.replaceAll("_", "-") === "partition-table" ? "partition-table" : key,
        address,
        path: file,
        encrypted: encrypted === "true" || encrypted === true,
      },
    ];
  });
}
