import type { ChipId } from "../chip/types.ts";
import type {
  BundleFact,
  BundleFileRole,
  BundleFileUse,
  BundleKind,
  BundleProblem,
  BundleSettings,
} from "./flash-bundle.ts";

/** A file as its build system tells of it, before the table has its say. */
export interface DraftFile {
  /** What the build system calls it; null: it has no name for it. */
  readonly name: string | null;
  readonly role: BundleFileRole | null;
  readonly path: string;
  readonly address: number | null;
  /** Without an address: the reference by which the table of the chip says where. */
  readonly partition?: string | undefined;
  /** Null: it is not there. */
  readonly data: Uint8Array<ArrayBuffer> | null;
  readonly encrypted?: boolean | undefined;
  readonly use?: BundleFileUse | undefined;
  readonly source: string;
}

export interface Draft {
  readonly kind: BundleKind;
  readonly folder: string;
  readonly chip: ChipId | null;
  readonly files: readonly DraftFile[];
  readonly settings: BundleSettings;
  readonly leavesInLoader?: boolean | undefined;
  readonly elfFiles: readonly string[];
  readonly monitorBaud?: number | null | undefined;
  readonly facts: readonly BundleFact[];
  readonly problems: readonly BundleProblem[];
  /** How the build is made, for what is missing: `Run idf.py build.` */
  readonly howToBuild: string;
}
