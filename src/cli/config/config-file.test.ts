import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { isEspError } from "../../index.ts";
import { parseConfigFile } from "./config-file.ts";

const value = (text: string, key: string, section = "esptool") => parseConfigFile(text).value(section, key);

/** The error's code and line, or null where there is none. */
function complaint(text: string): unknown {
  try {
    parseConfigFile(text);
    return null;
  } catch (error) {
    return isEspError(error) ? [error.code, error.details["line"]] : error;
  }
}

describe("an INI file", () => {
  it("takes both separators, comments, any case of keys and blanks around", () => {
    const text = [
      "\ufeff; a comment",
      "[other]",
      "timeout = 9",
      "[esptool]",
      "  # indented comment",
      "Timeout=5",
      "sync_timeout : 0.2",
      "reset_delay",
      "  = 1",
    ];
    const file = parseConfigFile(text.slice(0, 7).join("\r\n"));
    expect(file.has("esptool")).toBe(true);
    expect(file.has("esptool ")).toBe(false);
    expect(file.keys("esptool")).toEqual(["timeout", "sync_timeout"]);
    expect(file.value("esptool", "TIMEOUT")).toBe("5");
    expect(file.value("esptool", "sync_timeout")).toBe("0.2");
    expect(file.value("esptool", "none")).toBeUndefined();
    expect(file.value("other", "timeout")).toBe("9");
    // A line without a separator is an error even where the next one has it.
    expect(complaint(text.join("\n"))).toEqual(["config.invalid", 8]);
  });

  it("keeps comment signs behind a value", () => {
    expect(value("[esptool]\na = 1 # one", "a")).toBe("1 # one");
  });

  it("continues a value on indented lines", () => {
    const text = "[esptool]\na = one\n  two\n# no part\n\n  three\nb =\n  D0|R1\n\n[x]";
    expect(value(text, "a")).toBe("one\ntwo\n\nthree");
    expect(value(text, "b")).toBe("\nD0|R1");
  });

  it("takes what is indented as much as its section for keys of their own", () => {
    expect(value("[esptool]\n  a = 1\n  b = 2", "b")).toBe("2");
  });

  it("falls back to the section DEFAULT", () => {
    const text = "[DEFAULT]\na = 1\nb = 2\n[esptool]\nb = 3";
    expect(value(text, "a")).toBe("1");
    expect(value(text, "b")).toBe("3");
    expect(parseConfigFile(text).keys("esptool")).toEqual(["b"]);
    expect(parseConfigFile("[DEFAULT]").has("DEFAULT")).toBe(false);
  });

  it("reads a doubled % and references when the value is asked for", () => {
    const text = "[esptool]\na = 50%%\nb = %(A)s!\nc = 5%\nd = %(nope)s\ne = %(e)s\n";
    expect(value(text, "a")).toBe("50%");
    expect(value(text, "b")).toBe("50%!");
    for (const key of ["c", "d", "e"]) expect(() => value(text, key), key).toThrow();
  });

  it.each([
    ["a key twice", "[esptool]\nconnect_attempts = 1\nCONNECT_attempts = 2", 3],
    ["a section twice", "[esptool]\n[x]\n[esptool]", 3],
    ["a key before the first section", "\ntimeout = 1\n[esptool]", 2],
    ["a line that is nothing", "[esptool]\ntimeout", 2],
    ["a key without a name", "[esptool]\n= 3", 2],
  ])("refuses %s", (_what, text, line) => {
    expect(complaint(text)).toEqual(["config.invalid", line]);
  });

  it("takes the same key in two sections, and DEFAULT twice", () => {
    expect(complaint("[a]\nx=1\n[b]\nx=1\n[DEFAULT]\n[DEFAULT]")).toBeNull();
  });

  it("refuses a value that its references make endless", () => {
    const text = readFileSync(new URL("../../../test/fixtures/hostile/laughs.cfg", import.meta.url), "utf8");
    expect(() => value(text, "reset_delay")).toThrow("too long");
    expect(value(text, "a3")).toBe("x".repeat(12 ** 3));
  });

  it("works out once what many references mean, even when it is nothing", () => {
    const levels = [1, 2, 3, 4, 5].map((level) => `a${level} = ${`%(a${level - 1})s`.repeat(12)}`);
    const text = ["[esptool]", "a0 =", ...levels].join("\n");
    const replace = vi.spyOn(String.prototype, "replace");
    expect(value(text, "a5")).toBe("");
    const steps = replace.mock.calls.length;
    replace.mockRestore();
    expect(steps).toBeLessThan(20);
  });

  it("follows references as deep as the reference does, by whichever way they are met first", () => {
    const chain = Array.from({ length: 11 }, (_, index) => `a${index + 1} = %(a${index})s`);
    const text = ["[esptool]", "a0 = 1", ...chain, "b = %(a9)s%(a10)s"].join("\n");
    expect(value(text, "a10")).toBe("1");
    expect(() => value(text, "a11")).toThrow("refers to itself");
    expect(() => value(text, "b")).toThrow("refers to itself");
  });

  it("takes for a key what stands before the first separator, without the blanks", () => {
    expect(value(`[esptool]\na${" ".repeat(50)}=${" ".repeat(50)}b = c: d`, "a")).toBe("b = c: d");
    expect(complaint(`[esptool]\na${" ".repeat(20_000)}b`)).toEqual(["config.invalid", 2]);
  });
});
