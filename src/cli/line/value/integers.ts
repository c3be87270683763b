/** An integer as Python reads a literal with base 0 (fact sheet 1.3): `4096`, `0x1000`, `0o17`, `0b1`, `1_000`. */
const INTEGER = /^(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?[0-9])*)$/;

/** The number, or null where the text is no integer literal. */
export function parseInteger(text: string): number | null {
  return INTEGER.test(text) ? Number(text.replaceAll("_", "")) : null;
}
