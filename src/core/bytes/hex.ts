const DIGITS: readonly string[] = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal, two digits a byte, `separator` between bytes. */
export function toHex(bytes: Uint8Array, separator = ""): string {
  let text = "";
  for (let index = 0; index < bytes.length; index++) text += (index > 0 ? separator : "") + DIGITS[bytes[index]!]!;
  return text;
}

/** Bytes of a string of hexadecimal digit pairs, or null when it is none. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(index * 2, index * 2 + 2), 16),
  );
}

/** `0x` and at least `digits` lower-case digits: the way addresses are shown. */
export function hexAddress(value: number, digits = 8): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
