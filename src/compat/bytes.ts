import { invalidArgument } from "../core/check/check.ts";
import { checkText } from "../core/check/values.ts";

/** A binary string, one character a byte. */
export function bstrToUi8(bStr: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(checkText(bStr, "bStr"), (character) => character.charCodeAt(0));
}

export function decodeBase64Data(dataStr: string): Uint8Array<ArrayBuffer> {
  const text = checkText(dataStr, "dataStr");
  try {
    return bstrToUi8(atob(text));
  } catch {
    throw invalidArgument("dataStr", dataStr, "base64", "Give letters, digits, '+', '/' and '=' at the end.");
  }
}

export function littleEndian(value: number, byteCount: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: byteCount }, (_, index) => (value >>> (8 * index)) & 0xff);
}
