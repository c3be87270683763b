/** What stands for 0x80 to 0xff in code page 437, which ESP-IDF has unless it is told otherwise. */
const UPPER =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

export function fromCodePage(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : (UPPER[byte - 0x80] ?? "?"))).join("");
}

/** Null: a letter is not in it. */
export function toCodePage(text: string): Uint8Array | null {
  const bytes: number[] = [];
  for (const letter of text) {
    const upper = UPPER.indexOf(letter);
    if (letter >= "\u0080" && upper === -1) return null;
    bytes.push(letter < "\u0080" ? letter.charCodeAt(0) : 0x80 + upper);
  }
  return Uint8Array.from(bytes);
}
