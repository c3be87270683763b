/** A binary string, one character a byte. */
export function bstrToUi8(bStr: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bStr, (character) => character.charCodeAt(0));
}

export function decodeBase64Data(dataStr: string): Uint8Array<ArrayBuffer> {
  return bstrToUi8(atob(dataStr));
}

export function littleEndian(value: number, byteCount: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: byteCount }, (_, index) => (value >>> (8 * index)) & 0xff);
}
