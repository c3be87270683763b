import { host, hostDigests } from "../host.ts";
import { loadPart } from "../load-part.ts";

/**
 * 32 bytes, as `sha256` gives them, for who can wait: the host has a faster one, and a page need not load ours. Pages that came
 * over plain HTTP have none. Throws `package.part-missing`.
 */
export async function sha256ByHost(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  // Node takes milliseconds to load the other.
  const offered = hostDigests()?.sha256(bytes) ?? null;
  if (offered !== null) return offered;
  const { subtle } = host.crypto;
  if (subtle === undefined) return (await loadPart("SHA-256", () => import("./sha256.ts"))).sha256(bytes);
  // A copy, because hosts refuse memory whose size can change.
  return new Uint8Array(await subtle.digest("SHA-256", new Uint8Array(bytes)));
}
