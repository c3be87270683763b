import { createHash, type Hash } from "node:crypto";
import type { DigestStream, HostDigests } from "../core/host.ts";

/** Those of Node, by OpenSSL. */
export const nativeDigests: HostDigests = {
  md5Stream: () => streamOf("md5"),
  sha256: (bytes) => streamOf("sha256")?.update(bytes).digest() ?? null,
};

function streamOf(algorithm: string): DigestStream | null {
  try {
    return stream(createHash(algorithm));
  } catch {
    // Not in this system: what is allowed is its owner's to say.
    return null;
  }
}

/** Node refuses 2 GiB and more at once. */
const PIECE_BYTES = 2 ** 30;

function stream(hash: Hash): DigestStream {
  const own: DigestStream = {
    update(bytes) {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) hash.update(bytes.subarray(at, at + PIECE_BYTES));
      return own;
    },
    clone: () => stream(hash.copy()),
    // A copy, because a buffer of Node's may be a part of memory that others have.
    digest: () => new Uint8Array(hash.digest()),
  };
  return own;
}
