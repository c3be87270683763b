import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../../..", import.meta.url));

export interface Page {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

/** README and everything in docs, the made pages included; and the pages of the examples. */
export function allPages(): readonly Page[] {
  const inFolder = (folder: string): string[] =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: "utf8" })
      .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
      .filter((path) => path.endsWith(".md"));
  return ["README.md", "CHANGELOG.md", ...inFolder("docs"), ...inFolder("examples")]
    .sort()
    .map((path) => ({ path, text: readFileSync(`${ROOT}${path}`, "utf8") }));
}

export interface CodeBlock {
  readonly page: string;
  /** Of its first line in the page, from 1. */
  readonly line: number;
  readonly text: string;
}

/** The fenced blocks of one language, of lists too. */
export function codeBlocks({ path, text }: Page, language: string): readonly CodeBlock[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)]
    .filter(([, , found]) => found === language)
    .map((match) => {
      const [, indent = "", , body = ""] = match;
      const line = text.slice(0, match.index).split("\n").length + 1;
      return { page: path, line, text: body.replaceAll(new RegExp(`^${indent}`, "gm"), "") };
    });
}
