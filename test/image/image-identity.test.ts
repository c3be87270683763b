import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { elfToImage } from "../../src/core/image/convert/elf-to-image.ts";
import { buildImage } from "../../src/core/image/firmware/build-image.ts";
import { describeImage } from "../../src/core/image/firmware/describe-image.ts";
import { parseImage } from "../../src/core/image/firmware/parse-image.ts";
import { caseInput, caseOptions, fixtureCases, SHARED } from "../support/image/elf2image-case.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".bin"))
    .map((entry) => join(entry.parentPath, entry.name));
}

const files = ["inputs/images", "inputs/secure", "golden/elf2image", "golden/merge-bin"]
  .flatMap((folder) => filesUnder(join(SHARED, folder)))
  .filter((file) => {
    const [magic] = readFileSync(file);
    return magic === 0xe9 || magic === 0xea;
  });
if (files.length === 0) tellSkipped(NO_REFERENCE);

describe("what is parsed is written again byte for byte", () => {
  it.each(files.map((file) => [file.slice(SHARED.length), file]))("%s", (_, file) => {
    const bytes = readFileSync(file);
    expect(Buffer.compare(buildImage(parseImage(bytes)), bytes)).toBe(0);
  });

  it.each(fixtureCases().filter(({ exit }) => exit === 0))("$name", (golden) => {
    const { options } = caseOptions(golden);
    const [first] = elfToImage(caseInput(golden), options).outputs;
    const image = parseImage(first!.bytes, options.chip);
    expect(Buffer.compare(buildImage(image), first!.bytes)).toBe(0);
    const { checksum, digest, extendedHeader, notices } = describeImage(first!.bytes);
    expect(checksum?.isValid).toBe(true);
    expect(digest?.isValid ?? null).toBe(extendedHeader?.hasDigest ? true : null);
    expect(notices).toEqual([]);
  });
});
