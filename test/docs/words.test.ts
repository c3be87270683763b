import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ERROR_CODES } from "../../src/index.ts";
import { allPages, ROOT } from "../support/docs/pages.ts";

const GROUPS = new Set(ERROR_CODES.filter((code) => code.includes(".")).map((code) => code.split(".")[0]));
const CODES: ReadonlySet<string> = new Set(ERROR_CODES);
/** Said by the program in the chip, not by this one. */
const CHIP_SAYS = ["Brownout detector was triggered"];

const pages = allPages().filter(({ path }) => path !== "CHANGELOG.md" && !path.startsWith("docs/cli/"));
const source = readSource();

/** All of src as one text, strings that are put together over several lines as one. */
function readSource(): string {
  const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.includes("generated"),
  );
  return files
    .map((path) => readFileSync(`${ROOT}src/${path}`, "utf8"))
    .join("\n")
    .replaceAll(/["`]\s*\+\s*["`]/g, "");
}

/** Events and notices have codes of the same form. */
function isKnown(code: string): boolean {
  return CODES.has(code) || source.includes(`"${code}"`);
}

describe("the words of this tool in README and docs", () => {
  it("are codes that are there", () => {
    const wrong = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/`([a-z0-9]+)\.([a-z0-9-]+)`/g)]
        .filter(([, group = "", name = ""]) => GROUPS.has(group) && !isKnown(`${group}.${name}`))
        .filter(([, , name = ""]) => !["ts", "bin", "md", "json", "ini"].includes(name))
        .map(([code]) => `${path}: ${code}`),
    );
    expect(wrong).toEqual([]);
  });

  it("are sentences that it says, where they stand between “ and ”", () => {
    const quotes = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/“([^”]+)”/g)].map(([, quote = ""]) => ({ path, quote: quote.replaceAll(/\s+/g, " ") })),
    );
    const wrong = quotes.filter(({ quote }) => !CHIP_SAYS.includes(quote) && !isSaid(quote));
    expect(wrong).toEqual([]);
    expect(quotes.length).toBeGreaterThan(20);
  });

  it("would miss what it does not say", () => {
    expect(isSaid("There is no such … sentence in it.")).toBe(false);
    expect(isKnown("connect.no-such-code")).toBe(false);
  });
});

/** `…` stands for what differs from case to case. */
function isSaid(quote: string): boolean {
  return quote
    .split("…")
    .map((part) => part.trim().replace(/^'|'$/g, ""))
    .filter((part) => part.length > 3)
    .every((part) => source.includes(part));
}
