import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/**
 * Regular expressions that take quadratic time or worse on what people, files and chips give. Two neighbours that may
 * take the same characters try every place between them; a search that is not anchored tries again from each beginning.
 */
const SLOW_SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\.[*+]\??\)?(?:\\s|\[ )[*+]/, "anything, then blanks"],
  [/(\\[dsw])[*+](?:\\?.\?)?\1[*+]/, "the same class twice, with nothing certain between"],
  [/\([^()]*[*+]\)[*+]/, "repetitions of repetitions"],
  [/\\[({[]\(?\[\^\\?[^\]\\]\][*+]/, "from each opening bracket to the end of the text"],
  [/[A-Z]{2}\.\*[A-Z]{2}/, "from each word to the end of the text"],
  [/ \(\.[*+]\)\\/, "from each word to the end of the text"],
];

const root = fileURLToPath(new URL("../../src/", import.meta.url));
const LITERAL = /(?:^|[=(,:[!&|?{};\s])\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[\n])+)\/[gimsuy]*/gm;

function patterns(folder: string): { readonly file: string; readonly pattern: string }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("generated"))
    .flatMap((file) => {
      const code = readFileSync(join(folder, file), "utf8").replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");
      return [...code.matchAll(LITERAL)].map((match) => ({ file, pattern: match[1] ?? "" }));
    });
}

/** Those that meet no text of strangers, or only from its beginning, or few characters. */
const HARMLESS: ReadonlySet<string> = new Set([
  // Anchored at its beginning, one try a name.
  "^(DIS_USB.*DOWNLOAD_MODE|DIS_USB_SERIAL_JTAG|DIS_USB|DIS_USB_OTG|DIS_PCIE_DOWNLOAD|DIS_USB_DEVICE)$",
]);

describe("regular expressions", () => {
  it("are found", () => {
    expect(patterns(root).length).toBeGreaterThan(100);
  });

  it("take no more time than their text is long", () => {
    const slow = patterns(root).flatMap(({ file, pattern }) => {
      const shape = SLOW_SHAPES.find(([candidate]) => candidate.test(pattern));
      return shape === undefined || HARMLESS.has(pattern) ? [] : [`${file}: /${pattern}/ ${shape[1]}`];
    });
    expect(slow).toEqual([]);
  });

  it.each([
    "^(.*?)\\s*[=:]\\s*(.*)$",
    "^[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?$",
    "^(?:\\d+\\.?\\d*|\\.\\d+)$",
    "panic'ed \\(([^)]*)\\)",
    "\\$(?:\\{([^}]*)\\}|(\\w+))",
    "(^|_)JTAG_DISABLE$|DIS.*JTAG|^DIS_SWD$",
    "Did you mean (.+)\\?",
  ])("of a slow shape are recognised: %s", (pattern) => {
    expect(SLOW_SHAPES.some(([shape]) => shape.test(pattern))).toBe(true);
  });
});
