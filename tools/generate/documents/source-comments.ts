import { readFileSync } from "node:fs";

// Tools and tests both run in the root of the project; a bundled tool stands elsewhere.
const root = `${process.cwd()}/`;

/** What a source file says of its declarations in their comments: there the words for fields stand once. */
export interface SourceComments {
  /** The comment before `export const NAME`; empty where there is none. */
  ofConst(name: string): string;
  /** The comment of a field of an interface, or of one it extends, or of its `...Header`; empty where there is none. */
  ofField(interfaceName: string, field: string): string;
  /** The type argument of `layout<...>` or the first of `Command<...>` in the declaration of a constant. */
  typeOf(constant: string): string;
}

interface Interface {
  readonly parent: string | null;
  readonly comments: ReadonlyMap<string, string>;
}

/** `path` from the root of the project. */
export function sourceComments(path: string): SourceComments {
  const text = readFileSync(`${root}${path}`, "utf8");
  const interfaces = readInterfaces(text);
  const ofField = (name: string, field: string): string => {
    const found = interfaces.get(name);
    const own = found?.comments.get(field);
    if (own !== undefined) return own;
    const others = [found?.parent ?? null, `${name}Header`].filter(
      (other): other is string => other !== null && interfaces.has(other),
    );
    return others.map((other) => ofField(other, field)).find((comment) => comment !== "") ?? "";
  };
  return {
    ofConst: (name) => {
      const before = new RegExp(`\\/\\*\\*((?:(?!\\*\\/)[\\s\\S])*)\\*\\/\\nexport const ${name}\\b`).exec(text);
      return plain(before?.[1] ?? "");
    },
    ofField,
    typeOf: (constant) => {
      const declared = new RegExp(`export const ${constant}: (?:Command|Layout)<(?:readonly )?(\\w+)`).exec(text);
      return declared?.[1] ?? "";
    },
  };
}

function readInterfaces(text: string): ReadonlyMap<string, Interface> {
  const found = new Map<string, Interface>();
  for (const [, name = "", parent, body = ""] of text.matchAll(
    /interface (\w+)(?: extends (\w+))? \{\n([\s\S]*?)\n\}/g,
  )) {
    const comments = new Map<string, string>();
    for (const [, comment = "", field = ""] of body.matchAll(
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}(?:readonly )?(\w+)\??:/g,
    ))
      comments.set(field, plain(comment));
    found.set(name, { parent: parent ?? null, comments });
  }
  return found;
}

/** Without the stars, and without the pointers to where a fact comes from. */
function plain(comment: string): string {
  return comment
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trim())
    .join(" ")
    .replace(/ \((?:fact sheet [^)]*|[A-D]?\d+(?:\.\d+)?)\)/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
