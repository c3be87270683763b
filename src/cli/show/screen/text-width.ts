const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, "g");
/** Marks that stand on the character before them, joiners, and the selectors of variants. */
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** Ideographs, kana, Hangul, full-width forms and most emoji take two columns. */
const TWO_COLUMNS =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u;
const PLAIN = /^[\x20-\x7e]*$/;

/** How many columns of a terminal the text takes; control sequences take none. */
export function textWidth(text: string): number {
  const bare = text.replace(ESCAPES, "");
  if (PLAIN.test(bare)) return bare.length;
  return [...bare].reduce((width, character) => width + characterWidth(character), 0);
}

function characterWidth(character: string): number {
  if (NO_WIDTH.test(character)) return 0;
  return TWO_COLUMNS.test(character) ? 2 : 1;
}

/** The beginning of the text, as much of it as fits into the columns; `mark` stands for what is left out. */
export function cutToWidth(text: string, columns: number, mark: string): string {
  if (textWidth(text) <= columns) return text;
  const room = columns - textWidth(mark);
  let kept = "";
  let width = 0;
  for (const character of text.replace(ESCAPES, "")) {
    width += characterWidth(character);
    if (width > room) break;
    kept += character;
  }
  return room <= 0 ? mark.slice(0, Math.max(0, columns)) : kept + mark;
}
