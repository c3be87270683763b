/**
 * The words of a line as a POSIX shell splits them: blanks separate, quotes join, a backslash keeps the next character
 * as it is (between double quotes: only `"` and `\`). Nothing is expanded and `#` begins no comment. Null where a quote
 * is not closed.
 */
export function splitShellWords(line: string): string[] | null {
  const { words, open } = scanShellWords(line);
  return open ? null : words;
}

export interface ScannedWords {
  readonly words: string[];
  /** The line ends within a quote or behind a lone backslash. */
  readonly open: boolean;
  /** The line ends within a word, or in an open quote; otherwise a new word begins there. */
  readonly inWord: boolean;
}

/** The same of a line that may end anywhere; the last word is what there is of it. */
export function scanShellWords(line: string): ScannedWords {
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  let escaped = false;
  for (const character of line) {
    if (escaped) {
      // Between double quotes a backslash before any other character stands for itself.
      word = (word ?? "") + (quote === '"' && character !== '"' && character !== "\\" ? "\\" : "") + character;
      escaped = false;
    } else if (character === "\\" && quote !== "'") {
      escaped = true;
      word ??= "";
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else word = (word ?? "") + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= "";
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + character;
  }
  if (word !== null) words.push(word);
  return { words, open: quote !== "" || escaped, inWord: word !== null };
}
