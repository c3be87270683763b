import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../site/", import.meta.url));
const sources = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
const textOf = (name: string): string => readFileSync(`${ROOT}${name}`, "utf8");

describe("the page as a caller of the library", () => {
  it("reaches it through its doors alone, and never those of Node", () => {
    expect(sources.length).toBeGreaterThan(20);
    const reached = sources.flatMap((name) =>
      [...textOf(name).matchAll(/["'](?:\.\.\/){1,3}src\/([^"']{1,200})["']/g)].map(([, path]) => path ?? ""),
    );
    expect(reached.length).toBeGreaterThan(20);
    expect(reached.filter((path) => path.includes("/") || ["node.ts", "cli.ts"].includes(path))).toEqual([]);
  });

  it("puts no text of others into the page but as text", () => {
    const risky =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|unsafeHTML|unsafeStatic|\beval\b|new Function/;
    expect(sources.filter((name) => risky.test(textOf(name)))).toEqual([]);
  });

  it("looks at nothing but features to tell what a browser can", () => {
    expect(sources.filter((name) => /userAgent|navigator\.platform/.test(textOf(name)))).toEqual([]);
  });
});
