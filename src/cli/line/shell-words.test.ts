import { describe, expect, it } from "vitest";
import { scanShellWords, splitShellWords } from "./shell-words.ts";

describe("words of a line", () => {
  it.each([
    ["", []],
    ["  0x0  a.bin\t", ["0x0", "a.bin"]],
    ["'a b' \"c d\"e f\\ g", ["a b", "c de", "f g"]],
    ["'it\\s' \"a\\\"b\\\\c\\d\" ''", ["it\\s", 'a"b\\c\\d', ""]],
    ["a # b", ["a", "#", "b"]],
    ["a\\\\b", ["a\\b"]],
    ["$HOME `x` *", ["$HOME", "`x`", "*"]],
  ])("%j", (line, words) => {
    expect(splitShellWords(line)).toEqual(words);
  });

  it.each(["'a", '"a', "a\\", '"a\\"'])("open: %j", (line) => {
    expect(splitShellWords(line)).toBeNull();
  });

  it("of a line that is being typed", () => {
    expect(scanShellWords("esptool 'wr")).toEqual({ words: ["esptool", "wr"], open: true, inWord: true });
    expect(scanShellWords("esptool ")).toEqual({ words: ["esptool"], open: false, inWord: false });
  });
});
