import { describe, expect, it } from "vitest";
import { allBlocks, allDocuments, readPage, writtenPages } from "../../tools/generate/documents/all-documents.ts";
import { COMMANDS, NAND_COMMANDS } from "../../tools/generate/documents/command-blocks.ts";
import { blocksOn, fillBlocks } from "../../tools/generate/documents/fill-blocks.ts";

describe("the tables in README and docs", () => {
  it("are what the source makes of them (else run: npm run docs)", async () => {
    const stale: string[] = [];
    for (const [path, text] of await allDocuments()) if (readPageOr(path) !== text) stale.push(path);
    expect(stale, "run: npm run docs").toEqual([]);
  });

  it("are all on a page", async () => {
    const used = new Set(writtenPages().flatMap((path) => blocksOn(readPage(path))));
    expect([...(await allBlocks()).keys()].filter((name) => !used.has(name))).toEqual([]);
  });

  it("say of every field and every limit what it means", async () => {
    const blocks = await allBlocks();
    const tables = [...blocks].filter(([, text]) => /\| (?:meaning|of what) +\|$/m.test(text));
    expect(tables.length).toBeGreaterThan(10);
    const silent = tables.flatMap(([name, text]) =>
      // The bytes of a SYNC are given above its table.
      text
        .split("\n")
        .flatMap((line) => (/\|\s+\|$/.test(line) && !line.includes("`pattern`") ? [`${name}: ${line}`] : [])),
    );
    expect(silent).toEqual([]);
  });

  it("say of every command what it does, and what comes back", async () => {
    const text = [...(await allBlocks())].filter(([name]) => name.endsWith("commands")).map(([, block]) => block);
    const sections = text.join("\n\n").split(/^### /m).slice(1);
    expect(sections).toHaveLength(COMMANDS.length + NAND_COMMANDS.length);
    for (const section of sections) {
      expect(section).toMatch(/^\w+\n\nOpcode 0x[0-9a-f]{2}\. [A-Z]/);
      const hasData = /bytes of data, then the status/.test(section);
      if (hasData) expect(section, "its comment in the source").toContain("Reply data:");
    }
  });

  it("stay where nobody makes them an error", () => {
    expect(() => fillBlocks("<!-- made:nobody -->\n<!-- /made -->\n", new Map())).toThrow("nobody");
    expect(fillBlocks("a\n<!-- made:one -->\nold\n<!-- /made -->\nb\n", new Map([["one", "new"]]))).toBe(
      "a\n<!-- made:one -->\n\nnew\n\n<!-- /made -->\nb\n",
    );
  });
});

function readPageOr(path: string): string | null {
  try {
    return readPage(path);
  } catch {
    return null;
  }
}
