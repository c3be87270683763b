// Shelf: folders as the room sees them: read only, bounded, and never left.
// In: somebody's folder, archive or list of files.
// Out: contents of files by paths that were looked at.

/** What stands in a folder. */
export interface TreeEntry {
  readonly name: string;
  readonly kind: "file" | "folder";
}

/**
 * Files by paths with slashes, from the root of the tree, which is the empty path. Whoever makes one sees to it that
 * nothing outside of it can be reached, by links neither.
 */
export interface Tree {
  /** What stands in a folder; null where there is no such folder. */
  list(path: string): Promise<readonly TreeEntry[] | null>;
  /** The contents of a file that `list` told of. */
  read(path: string): Promise<Uint8Array>;
  /** When a file was changed, in milliseconds since 1970; left out, or null, where that is not known. */
  readonly modifiedMs?: ((path: string) => Promise<number | null>) | undefined;
}
