// The classes themselves, for the two that every page needs: the functions around them are as large again.
import { _MD5 as Md5 } from "@noble/hashes/legacy.js";
import { sha384 as nobleSha384, sha512 as nobleSha512, _SHA256 as Sha256 } from "@noble/hashes/sha2.js";

/** 16 bytes. MD5 because that is what loaders compute over flash; it protects against accidents only. */
export function md5(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Md5().update(bytes).digest();
}

/** 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Sha256().update(bytes).digest();
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
  return new Md5();
}
