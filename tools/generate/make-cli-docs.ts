// Writes docs/cli, one page a command, and docs/man, one a program, from the declarations in src/cli/spec. Run it after every change of those:
//   node tools/run-ts.mjs tools/generate/make-cli-docs.ts
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { manualPages } from "./cli-manual.ts";
import { manPages } from "./man-pages.ts";

const folder = "docs/cli";
const pages = await manualPages();
for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
  if (file.endsWith(".md") && !pages.has(file)) rmSync(`${folder}/${file}`);
}
for (const [file, text] of pages) {
  mkdirSync(dirname(`${folder}/${file}`), { recursive: true });
  writeFileSync(`${folder}/${file}`, text);
}
const manuals = await manPages();
mkdirSync("docs/man", { recursive: true });
for (const file of readdirSync("docs/man")) if (!manuals.has(file)) rmSync(`docs/man/${file}`);
for (const [file, text] of manuals) writeFileSync(`docs/man/${file}`, text);
console.log(`${pages.size} pages written to ${folder}`);
