// Shelf: NVS encryption: keys, and images through AES-XTS entry by entry.
// In: images, keys partitions, HMAC keys.
// Out: images of the same size, keys.

import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { decryptPages, encryptPages } from "./crypt-pages.ts";
import { checkKey } from "./nvs-keys.ts";

/** The image as an application with NVS encryption reads it. `keys`: 64 bytes. Throws `argument.invalid`. */
export function encryptNvs(image: ByteSource, keys: ByteSource): Uint8Array<ArrayBuffer> {
  return encryptPages(checkBytes(image, "image"), checkKey(keys, "keys"));
}

/** The way back. Throws `nvs.wrong-keys` where no entry becomes readable. */
export function decryptNvs(image: ByteSource, keys: ByteSource): Uint8Array<ArrayBuffer> {
  return decryptPages(checkBytes(image, "image"), checkKey(keys, "keys"));
}
