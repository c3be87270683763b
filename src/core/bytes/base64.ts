import { host } from "../host.ts";

/** Bytes of a base64 text. Throws the host's error on other characters. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = host.atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** Bytes turned into characters at once; a multiple of 3, so that pieces can be joined, and a modest argument list. */
const CHUNK_BYTES = 0x3000;

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    text += host.btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES)));
  }
  return text;
}
