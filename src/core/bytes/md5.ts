// The class itself, because every page needs it: the functions around it are as large again.
import { _MD5 as Md5 } from "@noble/hashes/legacy.js";

/** 16 bytes. MD5 because that is what loaders compute over flash; it protects against accidents only. */
export function md5(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Md5().update(bytes).digest();
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
