import { describe, expect, it } from "vitest";
import { renewCommand, renewOptions, renewResetMode } from "./old-names.ts";

function collect(): { sentences: string[]; note: (sentence: string) => void } {
  const sentences: string[] = [];
  return { sentences, note: (sentence) => sentences.push(sentence) };
}

describe("old names (fact sheet 1.1)", () => {
  it.each([
    ["--flash_size", "--flash-size"],
    ["--flash_freq", "--flash-freq"],
    ["--flash_mode", "--flash-mode"],
    ["--use_segments", "--use-segments"],
    ["--ignore_flash_encryption_efuse_setting", "--ignore-flash-enc-efuse"],
    ["--fill-flash-size", "--pad-to-size"],
    ["--no-diff-verify", "--trust-flash-content"],
  ])("the option %s is %s now", (old, now) => {
    const { sentences, note } = collect();
    expect(renewOptions(["x", old, "4MB", `${old}=4MB`], note)).toEqual(["x", now, "4MB", `${now}=4MB`]);
    const sentence = `Option '${old}' is deprecated. Use '${now}' instead.`;
    expect(sentences).toEqual([sentence, sentence]);
  });

  it("leaves other options alone, also those with underscores", () => {
    const { sentences, note } = collect();
    const words = ["--no_stub", "--flash-size", "toString", "--constructor"];
    expect(renewOptions(words, note)).toEqual(words);
    expect(sentences).toEqual([]);
  });

  it("renews a whole command name only", () => {
    const { sentences, note } = collect();
    const commands = ["write-flash", "read-mac", "version"];
    expect(renewCommand("write_flash", commands, note)).toBe("write-flash");
    expect(renewCommand("write-flash", commands, note)).toBe("write-flash");
    expect(renewCommand("version", commands, note)).toBe("version");
    expect(renewCommand("make_image", commands, note)).toBe("make_image");
    expect(sentences).toEqual(["Command 'write_flash' is deprecated. Use 'write-flash' instead."]);
  });

  it("renews reset modes", () => {
    const { sentences, note } = collect();
    const modes = ["default-reset", "no-reset-no-sync"];
    expect(renewResetMode("no_reset_no_sync", modes, "--before", note)).toBe("no-reset-no-sync");
    expect(renewResetMode("no_such", modes, "--before", note)).toBe("no_such");
    expect(sentences).toEqual([
      "Choice 'no_reset_no_sync' for option '--before' is deprecated. Use 'no-reset-no-sync' instead.",
    ]);
  });
});
