// Which types a user meets through a door that the door does not export, so that nobody can name them, or that are no
// business of theirs. Reads the emitted declarations: these are what users get, and with one declaration a name they are
// simple enough to be read as text.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A declaration as users get it: where it is, its name there and its text. */
interface Declaration {
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

interface DeclarationFile {
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** Names of other files, as they are called here. */
  readonly imports: ReadonlyMap<string, Reference>;
  readonly exports: readonly Export[];
}

interface Reference {
  readonly file: string;
  readonly name: string;
}

interface Export extends Reference {
  /** Null: everything that the file exports. */
  readonly as: string | null;
}

/** A type, and the exported name through which it is met. */
export interface UnnamedType {
  readonly name: string;
  readonly file: string;
  readonly through: string;
}

const COMMENTS_AND_TEXTS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"/g;
const LIST = /(?:^|\n)(import|export) (?:type )?\{([^}]*)\} from "([^"]+)";/g;
const STAR = /(?:^|\n)export (?:type )?\* from "([^"]+)";/g;
const DECLARATION =
  /^(?:export )?(?:declare )?(?:abstract )?(?:interface|type|class|const|let|function|namespace) ([A-Za-z_$][\w$]*)/;

export class Declarations {
  readonly #files = new Map<string, DeclarationFile>();

  /** The types that are met through the door and that it does not export. */
  unnamedTypes(door: string): UnnamedType[] {
    const exported = this.#exportsOf(door);
    const named = new Set([...exported.values()].map(key));
    const found = new Map<string, UnnamedType>();
    for (const [through, start] of exported) {
      for (const declaration of this.#metFrom(start))
        if (!named.has(key(declaration)) && !found.has(key(declaration)) && !isValue(declaration))
          found.set(key(declaration), { name: declaration.name, file: declaration.file, through });
    }
    return [...found.values()];
  }

  /** Each declaration that is met through the door, with its text. */
  met(door: string): readonly { readonly name: string; readonly text: string }[] {
    const met = new Map<string, Declaration>();
    for (const start of this.#exportsOf(door).values())
      for (const declaration of this.#metFrom(start)) met.set(key(declaration), declaration);
    return [...met.values()];
  }

  /** All that the door exports: types and values. */
  namesOf(door: string): string[] {
    return [...this.#exportsOf(door).keys()];
  }

  #exportsOf(file: string): Map<string, Declaration> {
    const all = new Map<string, Declaration>();
    const { declarations, exports } = this.#read(file);
    for (const [name, declaration] of declarations)
      if (declaration.text.startsWith("export ")) all.set(name, declaration);
    for (const { as, file: from, name } of exports) {
      const there = this.#exportsOf(from);
      const wanted = as === null ? [...there] : [[as, there.get(name)] as const];
      for (const [key, declaration] of wanted) {
        if (declaration === undefined) throw new Error(`${file}: ${from} exports no ${name}`);
        all.set(key, declaration);
      }
    }
    return all;
  }

  /** A declaration and all that it mentions, and so on. */
  #metFrom(start: Declaration): Set<Declaration> {
    const met = new Set([start]);
    for (const declaration of met) for (const next of this.#mentionedIn(declaration)) met.add(next);
    return met;
  }

  #mentionedIn({ file, text, name: own }: Declaration): Declaration[] {
    const { declarations, imports } = this.#read(file);
    const names = new Set(text.match(/(?<![\w$.#])[A-Za-z_$][\w$]*(?!\??:)/g) ?? []);
    return [...names].flatMap((name) => {
      if (name === own) return [];
      const here = declarations.get(name);
      if (here !== undefined) return isValue(here) && !text.includes(`typeof ${name}`) ? [] : [here];
      const elsewhere = imports.get(name);
      const there = elsewhere === undefined ? undefined : this.#exportsOf(elsewhere.file).get(elsewhere.name);
      return there === undefined ? [] : [there];
    });
  }

  #read(file: string): DeclarationFile {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const source = readFileSync(file, "utf8");
    const references = [...source.matchAll(LIST)].flatMap(([, kind, list = "", from = ""]) =>
      list
        .split(",")
        .map((entry) => entry.trim().replace(/^type /, ""))
        .filter((entry) => entry !== "")
        .map((entry) => {
          const [name = "", as = name] = entry.split(" as ");
          return { kind, name, as, file: resolve(file, from) };
        }),
    );
    const stars = [...source.matchAll(STAR)].map(([, from = ""]) => ({
      name: "*",
      as: null,
      file: resolve(file, from),
    }));
    const read: DeclarationFile = {
      declarations: new Map(splitDeclarations(file, source).map((declaration) => [declaration.name, declaration])),
      imports: new Map(references.filter(({ kind }) => kind === "import").map((one) => [one.as, one])),
      exports: [...references.filter(({ kind }) => kind === "export"), ...stars],
    };
    this.#files.set(file, read);
    return read;
  }
}

const key = ({ file, name }: Reference): string => `${file}#${name}`;

const isValue = ({ text }: Declaration): boolean => /^(?:export )?(?:declare )?(?:const|let|function)/.test(text);

const resolve = (from: string, specifier: string): string =>
  join(dirname(from), specifier.replace(/\.js$/, ".d.ts").replace(/(?<!\.d)\.ts$/, ".d.ts"));

/** Declarations begin at the start of a line; overloads are one. What is private of a class has no type there. */
function splitDeclarations(file: string, source: string): Declaration[] {
  const lines = source.replace(COMMENTS_AND_TEXTS, (found) => (found.startsWith('"') ? '""' : " ")).split("\n");
  const found = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of lines) {
    const name = DECLARATION.exec(line)?.[1];
    if (name !== undefined) {
      current = found.get(name) ?? [];
      found.set(name, current);
    }
    current?.push(line);
  }
  return [...found].map(([name, text]) => ({ file, name, text: text.join("\n") }));
}
