import { sha384 as nobleSha384, sha512 as nobleSha512 } from "@noble/hashes/sha2.js";
import { BlockDigest } from "./block-digest.ts";
import { MD5 } from "./md5.ts";
import { SHA256 } from "./sha256.ts";

// The two that every page needs are our own: a third of the size, and as fast. Neither is given a secret; what signs and
// derives keys has those of the library (keyed-digests.ts).

/** 16 bytes. MD5 because that is what loaders compute over flash; it protects against accidents only. */
export function md5(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new BlockDigest(MD5).update(bytes).digest();
}

/** 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new BlockDigest(SHA256).update(bytes).digest();
}

/** 48 bytes. */
export function sha384(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return nobleSha384(bytes);
}

/** 64 bytes. */
export function sha512(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return nobleSha512(bytes);
}

/** MD5 of data that arrives in pieces. */
export interface Md5Stream {
  update(bytes: Uint8Array): Md5Stream;
  /** One of its own, that has seen the same so far. */
  clone(): Md5Stream;
  digest(): Uint8Array<ArrayBuffer>;
}

export function md5Stream(): Md5Stream {
  return new BlockDigest(MD5);
}
