import { EspError } from "../../index.ts";

/** The text, or why it is none. */
export type DecodedText = { readonly text: string } | { readonly why: string };

const UTF16 = "it is text in UTF-16, not in UTF-8";

/** A text file as this program reads it: UTF-8, with or without a mark at its beginning. */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (looksLikeUtf16(bytes)) return { why: UTF16 };
  if (bytes.includes(0)) return { why: "it is no text: there are zero bytes in it" };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { why: "it is not text in UTF-8" };
  }
}

/** What to do about any of the above. */
export const TEXT_HINT = "Save it as UTF-8 in your editor, or convert it: iconv -f UTF-16 -t UTF-8.";

/** Throws `file.unreadable` for text in UTF-16, where what else it may be is for others to say. */
export function refuseUtf16(bytes: Uint8Array, file: string): void {
  if (!looksLikeUtf16(bytes)) return;
  throw new EspError("file.unreadable", `The file '${file}' cannot be read: ${UTF16}.`, {
    hint: TEXT_HINT,
    details: { file },
  });
}

const LOOKED_AT_BYTES = 64;

/** By its mark, or because every other byte of what begins it is zero, as with letters and digits. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const start = bytes.subarray(0, LOOKED_AT_BYTES);
  const pairs = Math.floor(start.length / 2);
  const zeros = [0, 1].map((odd) => start.filter((byte, index) => index % 2 === odd && byte === 0).length);
  const [even = 0, odd = 0] = zeros;
  // A raw key or other binary data has zeros on both sides, or hardly any.
  return pairs >= 4 && ((even === 0 && odd > (pairs * 3) / 4) || (odd === 0 && even > (pairs * 3) / 4));
}
