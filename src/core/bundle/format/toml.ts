/**
 * Of a TOML file what build systems' settings need: by section and key the strings of a value, in their order, and a value
 * that is no string as it is written. Arrays and inline tables may go on over lines. What is not understood is left out.
 */
export type Toml = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

const MOST_LINES = 20_000;
const MOST_LINE = 10_000;

export function parseToml(content: string): Toml {
  const sections = new Map<string, Map<string, string[]>>();
  const sectionOf = (name: string): Map<string, string[]> => {
    const known = sections.get(name) ?? new Map<string, string[]>();
    sections.set(name, known);
    return known;
  };
  let section = sectionOf("");
  let open: { readonly values: string[]; depth: number } | null = null;
  for (const raw of content.split(/\r?\n/).slice(0, MOST_LINES)) {
    const { words, code } = wordsOf(raw.slice(0, MOST_LINE));
    if (open !== null) {
      open.values.push(...words);
      open.depth += depthOf(code);
      if (open.depth <= 0) open = null;
      continue;
    }
    const heading = /^\s*\[\[?([^\]]+)\]/.exec(raw)?.[1];
    const key = /^\s*(?:"([^"]+)"|'([^']+)'|([\w.-]+))\s*=/.exec(raw);
    if (heading !== undefined) section = sectionOf(heading.replace(/["'\s]/g, ""));
    else if (key !== null) {
      const name = key[1] ?? key[2] ?? key[3] ?? "";
      const isQuoted = key[3] === undefined;
      const bare = code.slice(code.indexOf("=") + 1).trim();
      const values = isQuoted ? words.slice(1) : words;
      if (values.length === 0 && /^[\w.+-]+$/.test(bare)) values.push(bare);
      section.set(name, values);
      const depth = depthOf(code);
      if (depth > 0) open = { values, depth };
    }
  }
  return sections;
}

/** The strings of a line, and what it has besides: no comment, and no string in which a sign might stand. */
function wordsOf(line: string): { readonly words: string[]; readonly code: string } {
  const words: string[] = [];
  let code = "";
  for (let at = 0; at < line.length; at++) {
    const sign = line[at] ?? "";
    if (sign === "#") break;
    if (sign !== '"' && sign !== "'") {
      code += sign;
      continue;
    }
    const end = line.indexOf(sign, at + 1);
    if (end === -1) break;
    words.push(line.slice(at + 1, end));
    at = end;
  }
  return { words, code };
}

function depthOf(code: string): number {
  return code.replace(/[^[{]/g, "").length - code.replace(/[^\]}]/g, "").length;
}
