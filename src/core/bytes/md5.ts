// The class itself, because every page needs it: the functions around it are as large again.
import { _MD5 as Md5 } from "@noble/hashes/legacy.js";
import { type DigestStream, hostDigests } from "../host.ts";

/** 16 bytes. MD5 because that is what loaders compute over flash; it protects against accidents only. */
export function md5(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return md5Stream().update(bytes).digest();
}

/** MD5 of data that arrives in pieces. */
export type Md5Stream = DigestStream;

export function md5Stream(): Md5Stream {
  return hostDigests()?.md5Stream() ?? new Md5();
}
