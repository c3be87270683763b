import { readdirSync, readFileSync } from "node:fs";
import { commandBlocks } from "./command-blocks.ts";
import { diagnosisBlocks } from "./diagnosis-blocks.ts";
import { EFUSE_FOLDER, efuseBlocks, efusePages } from "./efuse-pages.ts";
import { fillBlocks } from "./fill-blocks.ts";
import { imageBlocks } from "./image-blocks.ts";
import { loaderBlocks } from "./loader-blocks.ts";
import { resetBlocks } from "./reset-blocks.ts";
import { securityBlocks } from "./security-blocks.ts";
import { wireBlocks } from "./wire-blocks.ts";

// Tools and tests both run in the root of the project; a bundled tool stands elsewhere.
const root = `${process.cwd()}/`;

/** Every table that documents have, by its name. */
export async function allBlocks(): Promise<ReadonlyMap<string, string>> {
  return new Map(
    Object.entries({
      ...wireBlocks(),
      ...commandBlocks(),
      ...(await loaderBlocks()),
      ...imageBlocks(),
      ...(await securityBlocks()),
      ...resetBlocks(),
      ...diagnosisBlocks(),
      ...efuseBlocks(),
    }),
  );
}

/** The pages that people write: README and docs, without those that are made whole. Paths from the root. */
export function writtenPages(): readonly string[] {
  const docs = readdirSync(`${root}docs`, { recursive: true, encoding: "utf8" })
    .map((path) => `docs/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".md") && !path.startsWith("docs/cli/") && !isMadeWhole(path));
  return ["README.md", ...docs].sort();
}

function isMadeWhole(path: string): boolean {
  return path.startsWith(`${EFUSE_FOLDER}/`) && !path.endsWith("/README.md");
}

export function readPage(path: string): string {
  return readFileSync(`${root}${path}`, "utf8");
}

/** What the pages should be, by path: those with tables on them, and those made whole. */
export async function allDocuments(): Promise<ReadonlyMap<string, string>> {
  const blocks = await allBlocks();
  const written = writtenPages().map((path) => [path, fillBlocks(readPage(path), blocks)] as const);
  return new Map([...written, ...(await efusePages())]);
}
