/** Decimal, 0x, 0o or 0b with single underscores between digits; no leading zeros (fact sheet efuse-secure A6). */
const LITERAL = /^\+?(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?[0-9])*)$/;

/** The number that a text means, or null where it is none. */
export function parseInteger(text: string): bigint | null {
  const trimmed = text.trim();
  return LITERAL.test(trimmed) ? BigInt(trimmed.replace(/[_+]/g, "").toLowerCase()) : null;
}
