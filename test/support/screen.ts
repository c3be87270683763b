const ESCAPE = String.fromCharCode(27);
const TOKENS = new RegExp(`${ESCAPE}\\[(\\d*)(;\\d+)*([A-Za-z])|[^${ESCAPE}]`, "gu");

export interface Screen {
  /** The rows without the blanks at their ends. */
  readonly rows: readonly string[];
  /** The same as one text. */
  readonly text: string;
  /** How often a line was so long that the terminal had to go on in the next row. */
  readonly overflows: number;
}

/**
 * What a terminal of that width shows in the end, of those control sequences that the programs use. It scrolls without an
 * end, and knows no characters of two columns.
 */
export function screenOf(text: string, columns: number): Screen {
  const rows: string[][] = [[]];
  let row = 0;
  let column = 0;
  let overflows = 0;
  const put = (character: string): void => {
    if (column >= columns) {
      overflows += 1;
      row += 1;
      column = 0;
    }
    rows[row] ??= [];
    const cells = rows[row] ?? [];
    while (cells.length < column) cells.push(" ");
    cells[column] = character;
    column += 1;
  };
  for (const [token, count = "", , command] of text.matchAll(TOKENS)) {
    if (command === "A") row = Math.max(0, row - Number(count || 1));
    else if (command === "K") rows[row] = [];
    else if (command !== undefined) continue;
    else if (token === "\r") column = 0;
    else if (token === "\n") {
      row += 1;
      column = 0;
      rows[row] ??= [];
    } else put(token);
  }
  const shown = rows.slice(0, Math.max(row + 1, rows.length)).map((cells) => cells.join("").trimEnd());
  // What was taken back left empty rows below the cursor.
  while (shown.length > row + 1 && shown.at(-1) === "") shown.pop();
  return { rows: shown, text: shown.join("\n"), overflows };
}
