import { toHex } from "../bytes/hex.ts";
import { sha256ByHost } from "../bytes/sha256-by-host.ts";
import type { ManifestPart } from "./install-manifest.ts";

/**
 * How a file is not what the manifest says of it, following upon its name; null: it is, as far as the manifest says. Throws
 * `package.part-missing`.
 */
export async function partDamage(
  { sizeBytes, sha256: wanted }: Pick<ManifestPart, "sizeBytes" | "sha256">,
  data: Uint8Array,
): Promise<string | null> {
  if (sizeBytes !== null && data.length !== sizeBytes)
    return `has ${data.length} bytes, and the manifest says ${sizeBytes}`;
  if (wanted === null) return null;
  const found = toHex(await sha256ByHost(data));
  return found === wanted
    ? null
    : `has the SHA-256 ${found.slice(0, 16)}…, and the manifest says ${wanted.slice(0, 16)}…`;
}
