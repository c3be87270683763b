import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FAULT_TEXTS } from "./fault-text.ts";
import { TEXT_OPTIONS } from "./text-options.ts";

// Blanks that only align the columns do not matter.
const page = readFileSync(new URL("../../../docs/virtual-chips.md", import.meta.url), "utf8").replace(/ +/g, " ");

describe("docs/virtual-chips.md", () => {
  it.each(TEXT_OPTIONS.map((option) => [option.key, option] as const))("explains %s", (_key, { key, value, text }) => {
    expect(page).toContain(`| \`${key}=${value.replaceAll("|", "\\|")}\` |`);
    expect(page).toContain(text);
  });

  it.each(FAULT_TEXTS.map((fault) => [fault.name, fault] as const))("explains the fault %s", (_name, fault) => {
    expect(page).toContain(`| \`${[fault.name, ...fault.parameters].join(":")}\` | ${fault.text} |`);
  });
});
