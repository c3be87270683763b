import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { allPages, codeBlocks, ROOT } from "../support/docs/pages.ts";

const folder = `${ROOT}.tmp/documents-${process.pid}`;
/** As users import them. */
const DOORS = Object.keys(
  (JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as { readonly exports: Record<string, unknown> }).exports,
).filter((door) => door !== "./package.json");

const EXAMPLES = ["browser/page.ts", "vite/src/main.ts", "react/src/install-page.tsx"];

/** What the pieces on the pages take for granted. */
const AROUND = `
declare const app: Uint8Array<ArrayBuffer>;
declare const key: Uint8Array<ArrayBuffer>;
declare const image: Uint8Array<ArrayBuffer>;
declare const pin: string;
declare const signal: AbortSignal;
declare const port: import("esptool-ts").Port;
declare const session: import("esptool-ts").Session;
declare const button: HTMLButtonElement;
`;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the compiler says of the pieces, each a file of its own. */
function problems(pieces: readonly { readonly name: string; readonly text: string }[]): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of pieces) writeFileSync(`${folder}/${name}`, `${text}\nexport {};\n`);
  writeFileSync(`${folder}/around.d.ts`, AROUND);
  const paths: Record<string, string[]> = {};
  for (const door of DOORS)
    paths[`esptool-ts${door.slice(1)}`] = [`../../src/${door === "." ? "index" : door.slice(2)}.ts`];
  const compilerOptions = {
    lib: ["ES2023", "DOM"],
    types: ["node"],
    isolatedDeclarations: false,
    noUnusedLocals: false,
    jsx: "react-jsx",
    paths,
  };
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: "../../tsconfig.base.json", compilerOptions, include: ["*.ts", "*.tsx"] }),
  );
  const compiler = `${ROOT}node_modules/typescript/bin/tsc`;
  return spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" }).stdout;
}

describe("the TypeScript on the pages", () => {
  it("compiles against the doors", () => {
    const blocks = allPages().flatMap((page) => codeBlocks(page, "ts"));
    expect(blocks.length).toBeGreaterThan(8);
    const examples = EXAMPLES.map((file) => ({
      name: `examples-${file.replaceAll("/", "-")}`,
      text: readFileSync(`${ROOT}examples/${file}`, "utf8"),
    }));
    const pieces = blocks.map(({ page, line, text }) => ({ name: `${page.replaceAll("/", "-")}-${line}.ts`, text }));
    expect(problems([...pieces, ...examples])).toBe("");
  });

  it("would not, if it used what is not there", () => {
    const text = 'import { noSuchThing } from "esptool-ts";\nnoSuchThing();';
    expect(problems([{ name: "wrong.ts", text }])).toContain("noSuchThing");
  });
});
