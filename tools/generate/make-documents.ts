// Brings the tables in README and docs up to date with the source, and writes the pages that are nothing but tables.
// `npm run docs` runs it, after every change of what they are made of.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { allDocuments, readPage } from "./documents/all-documents.ts";

let changed = 0;
for (const [path, text] of await allDocuments()) {
  if (current(path) === text) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  changed++;
}
console.log(`${changed} documents changed`);

function current(path: string): string | null {
  try {
    return readPage(path);
  } catch {
    return null;
  }
}
