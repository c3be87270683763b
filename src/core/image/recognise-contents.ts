/** What is often taken for firmware by mistake, by its first bytes. */
const MAGICS: readonly (readonly [what: string, offset: number, ...bytes: number[]])[] = [
  ["a gzip file", 0, 0x1f, 0x8b, 0x08],
  ["a ZIP archive", 0, 0x50, 0x4b, 0x03, 0x04],
  ["an xz file", 0, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
  ["a bzip2 file", 0, 0x42, 0x5a, 0x68, 0x39],
  ["a Zstandard file", 0, 0x28, 0xb5, 0x2f, 0xfd],
  ["a 7-Zip archive", 0, 0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c],
  ["a tar archive", 257, 0x75, 0x73, 0x74, 0x61, 0x72],
  ["a PDF document", 0, 0x25, 0x50, 0x44, 0x46, 0x2d],
  ["text in UTF-16", 0, 0xff, 0xfe],
  ["text in UTF-16", 0, 0xfe, 0xff],
];

/** The same for text, behind blanks. */
const BEGINNINGS: readonly (readonly [what: string, beginning: RegExp])[] = [
  ["an HTML page", /^<(?:!doctype html|html|head|body)\b/i],
  ["an XML document", /^<\?xml /],
  ["a JSON document", /^(?:\{\s*["}]|\[\s*[\]{["])/],
  ["a pointer of Git LFS, not the file it stands for", /^version https:\/\/git-lfs/],
  ["a key or certificate", /^-----BEGIN /],
  ["Intel HEX text", /^:[0-9A-Fa-f]{10}/],
  ["S-record text", /^S0[0-9A-Fa-f]{8}/],
];
const TEXT_LOOKED_AT = 512;

/** What data is when it is plainly no firmware, as in "an HTML page"; null for anything else. */
export function recogniseContents(data: Uint8Array): string | null {
  const magic = MAGICS.find(([, offset, ...bytes]) => bytes.every((byte, index) => data[offset + index] === byte));
  if (magic !== undefined && (magic[0] !== "text in UTF-16" || isUtf16(data))) return magic[0];
  const text = asText(data.subarray(0, TEXT_LOOKED_AT));
  return text === null ? null : (BEGINNINGS.find(([, beginning]) => beginning.test(text))?.[0] ?? null);
}

/** Behind its mark, every other byte of plain text is zero: two bytes alone, such as those of erased flash, say little. */
export function isUtf16(data: Uint8Array): boolean {
  const isLittleEndian = data[0] === 0xff && data[1] === 0xfe;
  const isBigEndian = data[0] === 0xfe && data[1] === 0xff;
  if ((!isLittleEndian && !isBigEndian) || data.length < 4) return false;
  const start = data.subarray(2, TEXT_LOOKED_AT);
  return start.every((byte, index) => (index % 2 === (isLittleEndian ? 1 : 0) ? byte === 0 : isTextByte(byte)));
}

/** Without a byte order mark and blanks in front; null when it is none. */
function asText(start: Uint8Array): string | null {
  const bytes = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? start.subarray(3) : start;
  return bytes.every(isTextByte) ? String.fromCharCode(...bytes).trimStart() : null;
}

/** Blanks, ASCII, and what UTF-8 makes of other characters. */
function isTextByte(byte: number): boolean {
  return byte === 0x09 || byte === 0x0a || byte === 0x0d || (byte >= 0x20 && byte !== 0x7f);
}
