// The class itself: the functions around it are as large again.
import { _SHA256 as Sha256 } from "@noble/hashes/sha2.js";
import { hostDigests } from "../host.ts";

/** 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return hostDigests()?.sha256(bytes) ?? new Sha256().update(bytes).digest();
}
