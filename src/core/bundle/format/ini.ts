/** Sections of an INI file with the values of their names; a line that is indented goes on with the value before it. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>;

const MOST_LINES = 20_000;

export function parseIni(content: string): Ini {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  let name: string | null = null;
  for (const line of content.split(/\r?\n/).slice(0, MOST_LINES)) {
    if (/^\s*(?:[;#]|$)/.test(line)) continue;
    const heading = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (heading !== undefined) {
      section = sections.get(heading.trim()) ?? new Map<string, string>();
      sections.set(heading.trim(), section);
      name = null;
    } else if (/^\s/.test(line) && name !== null) {
      section.set(name, `${section.get(name) ?? ""}\n${line.trim()}`);
    } else {
      const [, key = "", value = ""] = /^([^=:]+)[=:](.*)$/.exec(line) ?? [];
      name = key.trim().toLowerCase();
      if (name !== "") section.set(name, value.replace(/\s[;#].*$/, "").trim());
    }
  }
  return sections;
}
