/** One field, with where it begins. */
export interface CsvField {
  readonly text: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

export interface CsvFault {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export interface CsvText {
  readonly rows: readonly (readonly CsvField[])[];
  /** What could not be made out; reading ended there. */
  readonly fault: CsvFault | null;
}

/**
 * RFC 4180: fields between commas, those in quotes over several lines if need be, two quotes for one inside. A quote within a
 * field that does not begin with one stands for itself. Blank lines, and those that begin with `#`, are left out before that,
 * whatever they are within, because the original generator does so.
 */
export function readCsv(text: string): CsvText {
  const rows: CsvField[][] = [];
  const reader = new CsvReader(text);
  for (;;) {
    const row = reader.row();
    if (row === null) return { rows, fault: null };
    if (!Array.isArray(row)) return { rows, fault: row };
    if (row.length > 1 || row[0]?.text !== "") rows.push(row);
  }
}

class CsvReader {
  readonly #lines: readonly { readonly text: string; readonly number: number }[];
  #line = 0;
  #at = 0;

  constructor(text: string) {
    this.#lines = text
      .replace(/^\uFEFF/, "")
      .split(/\r\n|\n|\r/)
      .map((line, index) => ({ text: line, number: index + 1 }))
      .filter((line) => !line.text.startsWith("#"));
  }

  row(): CsvField[] | CsvFault | null {
    const line = this.#lines[this.#line];
    if (line === undefined) return null;
    const fields: CsvField[] = [];
    for (;;) {
      const field = this.#field();
      if ("message" in field) return field;
      fields.push(field);
      if (this.#rest.startsWith(",")) {
        this.#at++;
        continue;
      }
      this.#line++;
      this.#at = 0;
      return fields;
    }
  }

  get #rest(): string {
    return this.#lines[this.#line]?.text.slice(this.#at) ?? "";
  }

  #field(): CsvField | CsvFault {
    const line = this.#lines[this.#line]?.number ?? 0;
    const column = this.#at + 1;
    if (this.#rest.startsWith('"')) return this.#quoted(line, column);
    const comma = this.#rest.indexOf(",");
    const text = comma < 0 ? this.#rest : this.#rest.slice(0, comma);
    this.#at += text.length;
    return { text, line, column };
  }

  #quoted(line: number, column: number): CsvField | CsvFault {
    this.#at++;
    let text = "";
    for (;;) {
      const end = this.#rest.indexOf('"');
      if (end < 0) {
        text += `${this.#rest}\n`;
        this.#line++;
        this.#at = 0;
        if (this.#line >= this.#lines.length) return { message: "The quotes are not closed.", line, column };
        continue;
      }
      text += this.#rest.slice(0, end);
      this.#at += end + 1;
      if (this.#rest.startsWith('"')) {
        text += '"';
        this.#at++;
        continue;
      }
      if (this.#rest === "" || this.#rest.startsWith(",")) return { text, line, column };
      const here = this.#lines[this.#line]?.number ?? line;
      return { message: "Something stands behind the closing quotes.", line: here, column: this.#at + 1 };
    }
  }
}
