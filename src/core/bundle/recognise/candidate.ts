// Shelf: one file a build system: how its output is known, and what it wants in flash.
// In: a tree within bounds, and a folder of it.
// Out: candidates, of which one is read.

import type { ChipId } from "../../chip/types.ts";
import type { Draft } from "../draft.ts";
import type { BundleKind } from "../flash-bundle.ts";
import type { TreeReader } from "../tree/tree-reader.ts";

/** A build that was found. */
export interface Candidate {
  readonly kind: BundleKind;
  /** Of several for one path: whom it is for. */
  readonly chip?: ChipId | undefined;
  /** A folder or file of the tree, by which a user can name it. */
  readonly path: string;
  read(): Promise<Draft>;
}

/** Looks into one folder. */
export type FindBuilds = (tree: TreeReader, folder: string) => Promise<readonly Candidate[]>;
