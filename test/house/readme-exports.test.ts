import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");

interface Target {
  readonly types: string;
  readonly default: string;
}
const { exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  exports: Readonly<Record<string, string | Target>>;
};

/** `esptool-ts/efuse` is `./efuse` in package.json, and `src/efuse.ts` here. */
const subpathOf = (specifier: string): string => specifier.replace("esptool-ts", ".");
const sourceOf = (specifier: string): string => `${specifier.split("/")[1] ?? "index"}.ts`;

/** Rows of the table of imports: the specifier, and what is said of it. */
const rows = [...readme.matchAll(/^\| `(esptool-ts[^`]*)` +\| (.*?) +\| (.*?) +\|$/gm)].map(
  ([, specifier = "", text = ""]) => ({ specifier, text }),
);
/** `import { a, b } from "esptool-ts/x"` in examples. */
const imports = [...readme.matchAll(/import \{ ([^}]*) \} from "(esptool-ts[^"]*)"/g)].map(
  ([, names = "", specifier = ""]) => ({ specifier, names: names.split(",").map((name) => name.trim()) }),
);
const named = [
  ...imports,
  ...rows.map(({ specifier, text }) => ({
    specifier,
    names: [...text.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
  })),
].filter(({ names }) => names.length > 0);

describe("the imports that the README names", () => {
  it("are all the entries of the package", () => {
    const entries = Object.keys(exports).filter((subpath) => subpath !== "./package.json");
    expect(rows.map(({ specifier }) => subpathOf(specifier)).sort()).toEqual(entries.sort());
    for (const { specifier } of imports) expect(entries).toContain(subpathOf(specifier));
    expect(named.some(({ names }) => names.includes("runEspefuse"))).toBe(true);
  });

  it.each(named)("$specifier exports $names", async ({ specifier, names }) => {
    const source = (await import(pathToFileURL(`${root}src/${sourceOf(specifier)}`).href)) as object;
    expect(Object.keys(source)).toEqual(expect.arrayContaining(names));
  });

  it.each(rows)("$specifier has its files as package.json says, once it is built", async ({ specifier }) => {
    const target = exports[subpathOf(specifier)];
    expect(target).toMatchObject({ types: expect.any(String), default: expect.any(String) });
    if (typeof target !== "object" || !existsSync(root + target.default)) return;
    const types = readFileSync(root + target.types, "utf8");
    const built = (await import(pathToFileURL(root + target.default).href)) as object;
    for (const { names } of named.filter((entry) => entry.specifier === specifier)) {
      expect(Object.keys(built)).toEqual(expect.arrayContaining(names));
      for (const name of names) expect(types).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });
});
