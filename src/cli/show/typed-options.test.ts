import { describe, expect, it } from "vitest";
import { withTypedOptions } from "./typed-options.ts";

describe("options in the library's sentences", () => {
  it.each([
    ["The option padToBytes is ignored.", "The option --pad-to-size is ignored."],
    ["The option securePad v2 is ignored.", "The option --secure-pad-v2 is ignored."],
    ["Fetch it again; the option force writes it anyway.", "Fetch it again; the option --force writes it anyway."],
    ["The option --pub-key is missing.", "The option --pub-key is missing."],
    ["the option of force", "the option of force"],
  ])("%s", (sentence, typed) => {
    expect(withTypedOptions(sentence)).toBe(typed);
  });
});
