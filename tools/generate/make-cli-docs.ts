// Writes docs/cli: one page a command, from the declarations in src/cli/spec. Run it after every change of those:
//   node tools/run-ts.mjs tools/generate/make-cli-docs.ts
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { manualPages } from "./cli-manual.ts";

const folder = "docs/cli";
const pages = await manualPages();
for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
  if (file.endsWith(".md") && !pages.has(file)) rmSync(`${folder}/${file}`);
}
for (const [file, text] of pages) {
  mkdirSync(dirname(`${folder}/${file}`), { recursive: true });
  writeFileSync(`${folder}/${file}`, text);
}
console.log(`${pages.size} pages written to ${folder}`);
