import type { FlashMode } from "../chip/flash-codes.ts";
import type { ChipId } from "../chip/types.ts";
import type { ErrorCode } from "../errors.ts";
import type { Partition } from "../partition/table/partition.ts";

/** What a build was made by, or what a file is. */
export type BundleKind = (typeof BUNDLE_KINDS)[number];
export const BUNDLE_KINDS = [
  "esp-idf",
  "platformio",
  "arduino",
  "esphome",
  "web-manifest",
  "flash-args",
  "rust",
  "zephyr",
  "nuttx",
  "micropython",
  "tasmota",
  "merged",
  "single-file",
] as const;

export type BundleFileRole = (typeof FILE_ROLES)[number];
export const FILE_ROLES = ["bootloader", "partition-table", "ota-data", "app", "data"] as const;

/**
 * `always`: an upload of the build system writes it, too. `on-request`: it has a command of its own there, as `uploadfs`.
 * `settings`: what a board has learnt lies there, and the file would replace it.
 */
export type BundleFileUse = (typeof FILE_USES)[number];
export const FILE_USES = ["always", "on-request", "settings"] as const;

export interface BundleFile {
  /** By which it can be chosen: its role, or the name of its partition. */
  readonly name: string;
  readonly role: BundleFileRole;
  /**
   * The partition of the build's table that begins there. Without an address: which one of the chip's table it is for, as
   * `resolveRange` takes it; null: the only one for applications.
   */
  readonly partition: string | null;
  /** In the tree; parts of a merged image have one path. */
  readonly path: string;
  /** In flash. Null: the table of the chip says where. */
  readonly address: number | null;
  readonly data: Uint8Array<ArrayBuffer>;
  /** Has to be encrypted on a chip whose flash is. */
  readonly encrypted: boolean;
  readonly use: BundleFileUse;
  /** Where its address comes from. */
  readonly source: string;
}

/** As for the header of the bootloader: a word, or `keep`. */
export interface BundleSettings {
  readonly mode: FlashMode | "keep";
  readonly frequency: string;
  /** A size by name, `keep` or `detect`. */
  readonly size: string;
}

export const KEEP_SETTINGS: BundleSettings = { mode: "keep", frequency: "keep", size: "keep" };

/** What is wrong with a build. */
export interface BundleProblem {
  /** An `error` keeps its file from being written, a `warning` is told. */
  readonly level: "error" | "warning";
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Path of the file; null: it is about the whole. */
  readonly path: string | null;
}

/** Something the bundle says, and the file it was read from. */
export interface BundleFact {
  readonly what: string;
  readonly from: string;
}

/** What a build wants in flash. */
export interface FlashBundle {
  readonly kind: BundleKind;
  /** In the tree; empty: its root. */
  readonly folder: string;
  /** Null: nothing says it. */
  readonly chip: ChipId | null;
  /** In the order of their addresses. */
  readonly files: readonly BundleFile[];
  readonly settings: BundleSettings;
  /** The build asks that the chip is not reset after it was written. */
  readonly leavesInLoader: boolean;
  /** Paths of the programs with their names, for crash reports. */
  readonly elfFiles: readonly string[];
  readonly monitorBaud: number | null;
  /** The table of the build; null where there is none among the files. */
  readonly partitions: readonly Partition[] | null;
  readonly tableAddress: number | null;
  readonly facts: readonly BundleFact[];
  readonly problems: readonly BundleProblem[];
}
