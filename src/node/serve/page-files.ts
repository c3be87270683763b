import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EspError } from "../../core/errors.ts";

/** A file of the page, as a browser is given it. */
export interface PageFile {
  readonly contentType: string;
  readonly data: Uint8Array;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};

/** Where the build puts the page, seen from the programs, from a door, and from the source. */
const PLACES = ["../site/", "../../site/", "../../../dist/site/"];

/**
 * All files of the page by the paths of their URLs, read once: nothing else can ever be asked for, by whatever path. Throws
 * `package.part-missing` where the page was not built.
 */
export async function findPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  for (const place of PLACES) {
    const files = await readPageFiles(fileURLToPath(new URL(place, import.meta.url)));
    if (files.has("/")) return files;
  }
  throw new EspError("package.part-missing", "The page is not part of this installation.", {
    hint: "In a clone of the project it is made by npm run build; elsewhere install esptool-ts again.",
    details: { part: "site" },
  });
}

/** None of a folder that is not there. */
export async function readPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const name of await namesIn(folder)) {
    const contentType = CONTENT_TYPES[name.slice(name.lastIndexOf(".") + 1)];
    if (contentType === undefined) continue;
    files.set(name === "index.html" ? "/" : `/${name}`, { contentType, data: await readFile(join(folder, name)) });
  }
  return files;
}

/** With slashes, whatever the system has between names. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files: string[] = [];
  for (const name of names) if ((await stat(join(folder, name))).isFile()) files.push(name.replaceAll("\\", "/"));
  return files;
}
