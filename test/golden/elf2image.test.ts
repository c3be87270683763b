import { describe, expect, it } from "vitest";
import { isEspError } from "../../src/core/errors.ts";
import { elfToImage } from "../../src/core/image/convert/elf-to-image.ts";
import { imageOutputNames } from "../../src/core/image/convert/output-names.ts";
import {
  caseInput,
  caseOptions,
  type Elf2ImageCase,
  fingerprint,
  fixtureCases,
  sharedCases,
  sharedOutput,
} from "../support/image/elf2image-case.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

const shared = sharedCases();
if (shared.length === 0) tellSkipped(NO_REFERENCE);

function outputsOf(golden: Elf2ImageCase): { name: string; bytes: Uint8Array }[] {
  const { options, outputName } = caseOptions(golden);
  const { outputs } = elfToImage(caseInput(golden), options);
  const names = imageOutputNames(outputs, { inputName: golden.args.at(-1) ?? "", outputName, options });
  return outputs.map(({ bytes }, index) => ({ name: names[index] ?? "", bytes }));
}

/** The reference's lines that are more than "it began" and "it ended". */
function remarks(golden: Elf2ImageCase): string[] {
  return golden.stdout.filter((line) => line !== "" && !/^(Creating|Successfully created) /.test(line));
}

describe.each([...fixtureCases(), ...shared])("elf2image $name", (golden) => {
  if (golden.exit !== 0) {
    it("fails as the reference does", () => {
      try {
        outputsOf(golden);
      } catch (error) {
        expect(isEspError(error)).toBe(true);
        return;
      }
      expect.unreachable();
    });
    return;
  }
  it("gives the reference's bytes", () => {
    const outputs = outputsOf(golden);
    expect(Object.fromEntries(outputs.map(({ name, bytes }) => [name, fingerprint(bytes)]))).toEqual(golden.outputs);
    for (const { name, bytes } of outputs) {
      const expected = sharedOutput(golden.name, name);
      if (expected !== null) expect(Buffer.compare(bytes, expected)).toBe(0);
    }
  });
  it("says what the reference says", () => {
    const { mergedCount, notices } = elfToImage(caseInput(golden), caseOptions(golden).options);
    const said = notices.map(({ level, message }) => (level === "warning" ? `Warning: ${message}` : message));
    if (mergedCount > 0) said.push(`Merged ${mergedCount} ELF section${mergedCount > 1 ? "s" : ""}.`);
    expect(said).toEqual(remarks(golden));
  });
});
