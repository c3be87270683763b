import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Sample build folders; where they come from is in their README. */
const ROOT = "test/fixtures/builds";

export type Files = Record<string, Uint8Array>;

/** All files of a sample, by their paths in it. */
export function sample(name: string): Files {
  const root = join(ROOT, name);
  const files: Files = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(root.length + 1)] = new Uint8Array(readFileSync(path));
  }
  return files;
}
