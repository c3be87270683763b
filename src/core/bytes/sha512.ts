import { sha384 as nobleSha384, sha512 as nobleSha512 } from "@noble/hashes/sha2.js";

/** 48 bytes. */
export function sha384(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return nobleSha384(bytes);
}

/** 64 bytes. */
export function sha512(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return nobleSha512(bytes);
}
