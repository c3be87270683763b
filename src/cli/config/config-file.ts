import { EspError } from "../../index.ts";

/** A parsed INI file. Keys are lower-case; values are read when they are asked for. */
export interface IniFile {
  has(section: string): boolean;
  /** The keys that the section itself has, in the order of the file. */
  keys(section: string): readonly string[];
  /**
   * The value with `%%` as `%` and `%(key)s` replaced; from the section `DEFAULT` where the section has none. Throws
   * `config.invalid` for a `%` that is neither.
   */
  value(section: string, key: string): string | undefined;
}

type Section = Map<string, string[]>;

/** Its values stand in for those that another section lacks. */
const DEFAULTS = "DEFAULT";

/**
 * Reads the text as Python's configparser does with its standard settings, so that one file serves both tools: sections,
 * `key = value` or `key: value`, comments on lines of their own, indented lines that continue a value. Nothing of the
 * text is ever executed.
 *
 * Throws `config.invalid` with the line in `details.line`; nothing may stand twice.
 */
export function parseConfigFile(text: string): IniFile {
  const reader = new Reader();
  text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\r|\n/)
    .forEach((line, index) => {
      reader.take(line, index + 1);
    });
  const sections = reader.finish();
  return {
    has: (section) => section !== DEFAULTS && sections.has(section),
    keys: (section) => [...(sections.get(section)?.keys() ?? [])],
    value: (section, key) => new Interpolation(sections, section).value(key.toLowerCase(), 0)?.text,
  };
}

/** The state between two lines. */
class Reader {
  readonly #sections: Map<string, Section> = new Map([[DEFAULTS, new Map()]]);
  readonly #seen: Set<string> = new Set();
  readonly #unreadable: number[] = [];
  #name: string | null = null;
  #lines: string[] | null = null;
  #indent = 0;

  take(line: string, number: number): void {
    const content = line.trim();
    if (/^[#;]/.test(content)) return;
    if (content === "") {
      this.#lines?.push("");
      return;
    }
    const indent = line.length - line.trimStart().length;
    if (this.#lines !== null && indent > this.#indent) {
      this.#lines.push(content);
      return;
    }
    this.#indent = indent;
    const section = /^\[(.+)\]/.exec(content)?.[1];
    if (section !== undefined) this.#openSection(section, number);
    else this.#openKey(content, number);
  }

  finish(): ReadonlyMap<string, Section> {
    const [first] = this.#unreadable;
    if (first !== undefined) {
      throw invalid(`line ${this.#unreadable.join(", ")} is neither a section nor 'key = value'`, first);
    }
    return this.#sections;
  }

  #openSection(name: string, line: number): void {
    if (name !== DEFAULTS && this.#sections.has(name)) {
      throw invalid(`line ${line}: section '${name}' already exists`, line);
    }
    if (!this.#sections.has(name)) this.#sections.set(name, new Map());
    this.#name = name;
    this.#lines = null;
  }

  #openKey(content: string, line: number): void {
    const name = this.#name;
    if (name === null) throw invalid(`line ${line} stands before the first section header`, line);
    const end = content.search(/[=:]/);
    const key = content.slice(0, Math.max(end, 0)).trimEnd().toLowerCase();
    if (key === "") {
      this.#unreadable.push(line);
      return;
    }
    const place = `${name}\n${key}`;
    if (this.#seen.has(place)) {
      throw invalid(`line ${line}: option '${key}' in section '${name}' already exists`, line);
    }
    this.#seen.add(place);
    this.#lines = [content.slice(end + 1).trimStart()];
    this.#sections.get(name)?.set(key, this.#lines);
  }
}

/** As deep as the reference follows references within a file. */
const DEEPEST = 10;
/** Far more than any value needs; references to references could ask for more than there is memory. */
const LONGEST_VALUE = 0x1_0000;

interface Interpolated {
  readonly text: string;
  /** How many references lead from it one behind the other. */
  readonly depth: number;
}

/** The values of one section with their references replaced, each worked out once. */
class Interpolation {
  readonly #sections: ReadonlyMap<string, Section>;
  readonly #section: string;
  readonly #done: Map<string, Interpolated | undefined> = new Map();

  constructor(sections: ReadonlyMap<string, Section>, section: string) {
    this.#sections = sections;
    this.#section = section;
  }

  /** `before`: how many references led here. */
  value(key: string, before: number): Interpolated | undefined {
    const value = this.#done.get(key) ?? this.#work(key, before);
    if (before + (value?.depth ?? 0) > DEEPEST) throw invalid(`option '${key}' refers to itself`, null);
    this.#done.set(key, value);
    return value;
  }

  #work(key: string, before: number): Interpolated | undefined {
    const lines = this.#sections.get(this.#section)?.get(key) ?? this.#sections.get(DEFAULTS)?.get(key);
    if (lines === undefined) return undefined;
    if (before > DEEPEST) throw invalid(`option '${key}' refers to itself`, null);
    let depth = 0;
    let length = 0;
    const text = lines
      .join("\n")
      .trimEnd()
      .replace(/%(?:%|\(([^()]*)\)s|)/g, (found, name: string | undefined) => {
        if (found === "%%") return "%";
        const value = name === undefined ? undefined : this.value(name.toLowerCase(), before + 1);
        if (value === undefined) throw invalid(`option '${key}': ${whyNot(name)}`, null);
        depth = Math.max(depth, value.depth + 1);
        length += value.text.length;
        if (length > LONGEST_VALUE) throw invalid(`option '${key}' becomes too long by what it refers to`, null);
        return value.text;
      });
    return { text, depth };
  }
}

function whyNot(name: string | undefined): string {
  return name === undefined ? "a '%' must be written '%%'" : `there is no option '${name}' to refer to`;
}

function invalid(what: string, line: number | null): EspError {
  return new EspError("config.invalid", what, {
    hint: "Correct the configuration file.",
    details: { ...(line !== null && { line }) },
  });
}
