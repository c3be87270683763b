import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const files = ["src", "site", "test", "tools"].flatMap((folder) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" }).map((path) => `/${folder}/${path}`),
);

/** Whole paths from the root, from `src/`, or the end of one: `prove-write.ts`, `write/prove-write.ts`. */
function isThere(named: string): boolean {
  return files.some((file) => file.endsWith(`/${named}`));
}

it.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("%s names files that are there", (page) => {
  const text = readFileSync(`${root}${page}`, "utf8");
  const named = [...text.matchAll(/`([\w./-]+\.(?:ts|mjs))`/g)].map((match) => match[1] ?? "");
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !isThere(name) && !/[A-Z]{4}/.test(name))).toEqual([]);
});

it("would find one that is not", () => {
  expect(isThere("write/prove-write.ts")).toBe(true);
  expect(isThere("write/no-such-file.ts")).toBe(false);
});
