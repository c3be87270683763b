import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ERROR_MEANINGS } from "../../src/core/error-meanings.ts";
import { ERROR_CODES } from "../../src/index.ts";
import { errorPage, matches, throwers } from "../../tools/generate/error-table.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("the table of errors", () => {
  it("is what the code makes of it (else run: npm run docs)", () => {
    expect(readFileSync(join(root, "docs/errors.md"), "utf8")).toBe(errorPage(root));
  });

  it("has one sentence for each code", () => {
    for (const code of ERROR_CODES) expect(ERROR_MEANINGS[code], code).toMatch(/^[A-Za-z].{10,}\.$/);
  });

  it("names the functions that throw", () => {
    const found = throwers(root);
    expect(found.length).toBeGreaterThan(40);
    expect(found.find(({ name }) => name === "writeFlash")?.patterns).toContain("flash.*");
  });
});

describe("the codes that descriptions name", () => {
  it("exist", () => {
    const wrong = throwers(root).flatMap(({ name, patterns }) =>
      patterns
        .filter((pattern) => !ERROR_CODES.some((code) => matches(pattern, code)))
        .map((pattern) => `${name}: ${pattern}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe("codes", () => {
  it("are thrown somewhere", () => {
    const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
    const code = files
      .filter((file) => file.endsWith(".ts") && !/\.test\.ts$|core\/error(s|-meanings|-details)\.ts$/.test(file))
      .map((file) => readFileSync(join(root, "src", file), "utf8"))
      .join("\n");
    const unused = ERROR_CODES.filter((one) => !code.includes(`"${one}"`) && !code.includes(`\`${one}`));
    expect(unused).toEqual([]);
  });
});
