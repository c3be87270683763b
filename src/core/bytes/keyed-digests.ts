import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** 32 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(sha256, key, message);
}

/** What IEEE 802.11 makes of a network's password and name: 32 bytes after 4,096 rounds. */
export function wifiMasterKey(password: Uint8Array, networkName: Uint8Array): Uint8Array {
  return pbkdf2(sha1, password, networkName, { c: 4096, dkLen: 32 });
}
