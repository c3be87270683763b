/**
 * What a terminal, or a reader's eye, takes for more than a character: control characters but for tabs and ends of
 * lines, and the marks that turn the direction of text or end lines unseen.
 */
const DANGEROUS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const KEPT: ReadonlySet<string> = new Set(["\n", "\t"]);

/**
 * The text with all of that written out, `\x1b` for an escape: firmware, files, devices and configuration may say what
 * they like and change nothing on the screen.
 */
export function harmlessText(text: string): string {
  return text.replace(DANGEROUS, (character) => (KEPT.has(character) ? character : writtenOut(character)));
}

/** JSON as `JSON.stringify` writes it, which escapes but the first of the control characters. */
export function harmlessJson(json: string): string {
  return json.replace(DANGEROUS, (character) => `\\u${digits(character, 4)}`);
}

function writtenOut(character: string): string {
  return character < "\u0100" ? `\\x${digits(character, 2)}` : `\\u${digits(character, 4)}`;
}

function digits(character: string, count: number): string {
  return character.charCodeAt(0).toString(16).padStart(count, "0");
}
