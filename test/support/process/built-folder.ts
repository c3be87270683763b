import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where the processes of this run of the tests keep what they built; the last of them is ended without a word, so it is removed here. */
export default function makeBuiltFolder(): () => void {
  const folder = fileURLToPath(new URL(`../../../.tmp/built-${process.pid}/`, import.meta.url));
  process.env["BUILT_FOLDER"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
