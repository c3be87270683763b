import { host } from "../host.ts";

/** The text of UTF-8 bytes; what is no UTF-8 becomes replacement characters. */
export function fromUtf8(bytes: Uint8Array): string {
  return new host.TextDecoder().decode(bytes);
}

export function toUtf8(text: string): Uint8Array<ArrayBuffer> {
  return new host.TextEncoder().encode(text);
}

/** The text of bytes that have to be UTF-8 from the first to the last; null where they are not. */
export function strictUtf8(bytes: Uint8Array): string | null {
  try {
    return new host.TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
