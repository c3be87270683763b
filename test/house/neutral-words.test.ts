import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** The library speaks to pages and programs, too: what it says names no option of the command line and none of its commands. */
const WORDS: readonly RegExp[] = [
  /(?:^|[\s"'`(])--[a-z]/,
  /\b(?:same|this) command\b/,
  /\bcommand line\b/,
  /\b[Oo]ption force\b/,
  /\b(?:esptool|espefuse|espsecure) [a-z]/,
  /\b(?:check-error|read-flash-status|get-security-info|elf2image|sign-data|generate-signing-key|erase-region)\b/,
  /\b(?:write-flash|dump-bbm|decrypt-flash-data|generate-flash-encryption-key|ota show)\b/,
];
/** What is typed for another program than ours. */
const OF_OTHERS = /\bdocker run --device=/g;

const root = fileURLToPath(new URL("../../src/", import.meta.url));
const STRING = /"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

function sentences(file: string): string[] {
  const code = readFileSync(file, "utf8").replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");
  // Codes and names are no sentences.
  return (code.match(STRING) ?? []).filter((text) => text.includes(" "));
}

const isForeign = (text: string): boolean =>
  WORDS.some((word) => word.test(text.slice(1, -1).replaceAll(OF_OTHERS, "")));

describe("what the library says", () => {
  const files = ["core", "node", "web", "virtual"].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("generated"))
      // They are a page themselves: with styles, and a way out for browsers without ports.
      .filter((file) => !(room === "web" && file.startsWith("elements")))
      .map((file) => join(root, room, file)),
  );

  it("is found", () => {
    expect(files.flatMap(sentences).length).toBeGreaterThan(1000);
    expect(isForeign('"Use --no-stub."')).toBe(true);
    expect(isForeign('"Use the stub."')).toBe(false);
  });

  it("names no options and no commands of the command line", () => {
    const found = files.flatMap((file) =>
      sentences(file)
        .filter(isForeign)
        .map((text) => `${file.slice(root.length)}: ${text}`),
    );
    expect(found).toEqual([]);
  });
});
