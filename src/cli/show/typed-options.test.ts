import { describe, expect, it } from "vitest";
import { noticeWords, typedOption } from "./typed-options.ts";

describe("options that the library speaks of", () => {
  it.each([
    ["one", { option: "padToBytes" }, "--pad-to-size"],
    ["of two, the first", { option: "securePad", value: "v1" }, "--secure-pad"],
    ["of two, the second", { option: "securePad", value: "v2" }, "--secure-pad-v2"],
    ["none of that name", { option: "toString" }, null],
    ["none named", {}, null],
    ["no details", undefined, null],
  ])("are named as they are typed: %s", (_case, details, typed) => {
    expect(typedOption(details)).toBe(typed);
  });

  it("stand before what is said of them", () => {
    const notice = { code: "image.option-ignored", message: "It is ignored.", details: { option: "padToBytes" } };
    expect(noticeWords(notice)).toBe("--pad-to-size: It is ignored.");
  });
});

describe("notices with a sentence that scripts know", () => {
  it("say it", () => {
    const told = { code: "connect.no-reset", message: "x", details: { before: "no-reset" } };
    expect(noticeWords(told)).toContain('Pre-connection option "no-reset" was selected');
    expect(noticeWords({ code: "secure.given-iv", message: "x" })).toBe("--iv argument is for TESTING PURPOSES ONLY");
    expect(noticeWords({ code: "flash.xmc", message: "x" })).toBe("x");
  });
});
