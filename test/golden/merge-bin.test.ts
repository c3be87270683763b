import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, test } from "vitest";
import { requireChip } from "../../src/core/chip/catalog.ts";
import { flashSizeBytes } from "../../src/core/chip/flash-size.ts";
import { type MergeOptions, type MergeResult, mergeFirmware } from "../../src/core/image/merge.ts";
import type { PlacedFile } from "../../src/core/image/overlap.ts";
import { readFirmwareFile } from "../../src/core/image/read-firmware-file.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";
import { thrown } from "../support/thrown.ts";

/** What the reference made of these files, byte for byte. The files are not ours to copy. */
const REFERENCE = fileURLToPath(new URL("../../../shared/reference/", import.meta.url));
const CASES = `${REFERENCE}golden/merge-bin/`;
const present = existsSync(CASES);
if (!present) tellSkipped(NO_REFERENCE);

interface GoldenCase {
  readonly args: readonly string[];
  readonly exit: number;
  readonly outputs: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
}

interface Job {
  readonly files: readonly PlacedFile[];
  readonly options: MergeOptions;
}

/** Just the options that the cases use; anything else throws. */
function jobOf({ args }: GoldenCase): Job {
  const words = args.map((word) => word.replace("{in}", `${REFERENCE}inputs`));
  const options: { -readonly [Key in keyof MergeOptions]: MergeOptions[Key] } = {
    chip: requireChip(words[1] as string),
    format: "raw",
  };
  const settings = { mode: "keep", frequency: "keep", size: "keep" };
  const files: PlacedFile[] = [];
  const take: Readonly<Record<string, (value: string) => void>> = {
    "-o": () => {},
    "--format": (value) => {
      options.format = value as MergeOptions["format"];
    },
    "--chunk-size": (value) => {
      options.chunkSizeBytes = Number(value);
    },
    "--target-offset": (value) => {
      options.targetOffset = Number(value);
    },
    "--pad-to-size": (value) => {
      options.padToSizeBytes = flashSizeBytes(value);
    },
    "--flash-mode": (value) => {
      settings.mode = value;
    },
    "--flash-freq": (value) => {
      settings.frequency = value;
    },
    "--flash-size": (value) => {
      settings.size = value;
    },
  };
  for (let at = 3; at < words.length; at++) {
    const word = words[at] as string;
    if (word === "--md5-disable") options.md5 = false;
    else if (word.startsWith("-")) {
      const option = take[word];
      if (option === undefined) throw new Error(`unknown option ${word}`);
      option(words[++at] as string);
    } else {
      const name = words[++at] as string;
      files.push(...readFirmwareFile(new Uint8Array(readFileSync(name)), { address: Number(word), name }).parts);
    }
  }
  return { files, options: { ...options, settings } };
}

function expectedNotes(result: MergeResult, stdout: string): void {
  const set = /Flash parameters set to 0x([0-9a-f]{4})/.exec(stdout);
  const parameters = result.files.map(({ patched }) => patched.parameters).find((value) => value !== null);
  const word = parameters && (parameters.mode << 8) | parameters.sizeFrequency;
  expect(word?.toString(16).padStart(4, "0")).toBe(set?.[1]);
  expect(result.files.some(({ patched }) => patched.digestUpdated)).toBe(
    stdout.includes("SHA digest in image updated"),
  );
  expect(stdout.match(/Adding '[^']*\/[^']*' at 0x[0-9a-f]+/g) ?? []).toEqual(
    stdout.includes("Adding")
      ? result.files.map(
          ({ name, address }) => `Adding '${name.replace(`${REFERENCE}inputs`, "{in}")}' at 0x${address.toString(16)}`,
        )
      : [],
  );
  expect(result.notices).toEqual([]);
}

describe.skipIf(!present)("merge-bin makes what the reference makes", () => {
  const names = present ? readdirSync(CASES) : [];
  it("has cases", () => {
    expect(names.length).toBeGreaterThanOrEqual(15);
  });
  test.each(names)("%s", (name) => {
    const golden = JSON.parse(readFileSync(`${CASES}${name}/case.json`, "utf8")) as GoldenCase;
    const { files, options } = jobOf(golden);
    if (golden.exit !== 0) {
      expect(thrown(() => mergeFirmware(files, options)).code).toBe("flash.overlap");
      return;
    }
    const result = mergeFirmware(files, options);
    const [output, expected] = Object.entries(golden.outputs)[0] as [string, GoldenCase["outputs"][string]];
    expect(result.data.length).toBe(expected.size);
    expect(createHash("sha256").update(result.data).digest("hex")).toBe(expected.sha256);
    const kept = `${CASES}${name}/${basename(output)}`;
    if (existsSync(kept)) expect(Buffer.compare(result.data, readFileSync(kept))).toBe(0);
    expectedNotes(result, readFileSync(`${CASES}${name}/stdout.txt`, "utf8"));
  });
});
