import type { FileToStore } from "../../../src/filesystem.ts";
import type { Random } from "../mutation.ts";

/** Files in some directories, of sizes around those at which something changes. */
export function randomFiles(random: Random, most = 40): FileToStore[] {
  const sizes = [0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 8188, 8189, 12_000, 40_000];
  const folders = ["", "a/", "a/b/", "long directory name/", "Z/", "a/b/c/d/"];
  const files = new Map<string, FileToStore>();
  for (let count = random(most); count > 0; count--) {
    const path = `${folders[random(folders.length)]}${"fileName".slice(0, 1 + random(8))}${random(100)}.${random(9)}`;
    const content = new Uint8Array(sizes[random(sizes.length)] ?? 0);
    for (let at = 0; at < content.length; at++) content[at] = random(256);
    files.set(path, { path, content, ...(random(2) === 0 && { modifiedMs: 1_000_000_000_000 + random(1000) * 2000 }) });
  }
  return [...files.values()];
}
