import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { toHex } from "../../../src/core/bytes/hex.ts";
import { sha256 } from "../../../src/core/bytes/sha256.ts";
import { requireChip } from "../../../src/core/chip/catalog.ts";
import type { ElfToImageOptions } from "../../../src/core/image/convert/elf-to-image-options.ts";

/** One call of the reference with what came of it. */
export interface Elf2ImageCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly exit: number;
  readonly outputs: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
  /** Its lines without the banner. */
  readonly stdout: readonly string[];
}

/** More cases and their inputs; they are not part of this repository. */
export const SHARED: string = fileURLToPath(new URL("../../../../shared/reference/", import.meta.url));
const FIXTURES = fileURLToPath(new URL("../../fixtures/", import.meta.url));

export function fixtureCases(): Elf2ImageCase[] {
  return JSON.parse(readFileSync(join(FIXTURES, "golden/elf2image.json"), "utf8")) as Elf2ImageCase[];
}

/** The cases whose inputs are not fixtures; none when the folder is absent. */
export function sharedCases(): Elf2ImageCase[] {
  const folder = join(SHARED, "golden/elf2image");
  if (!existsSync(folder)) return [];
  const fixtures = new Set(fixtureCases().map(({ name }) => name));
  return readdirSync(folder)
    .filter((name) => !fixtures.has(name))
    .map((name) => ({
      ...(JSON.parse(readFileSync(join(folder, name, "case.json"), "utf8")) as Omit<Elf2ImageCase, "name">),
      name,
      stdout: readFileSync(join(folder, name, "stdout.txt"), "utf8")
        .split("\n")
        .slice(1),
    }));
}

export function fixtureElf(chip: string): Uint8Array<ArrayBuffer> {
  return readFileSync(join(FIXTURES, `elf/${chip}.elf`));
}

/** The output's bytes, if the reference's are at hand. */
export function sharedOutput(name: string, file: string): Uint8Array<ArrayBuffer> | null {
  const path = join(SHARED, "golden/elf2image", name, file);
  return existsSync(path) ? readFileSync(path) : null;
}

export function caseInput({ args }: Elf2ImageCase): Uint8Array<ArrayBuffer> {
  const input = args.at(-1) ?? "";
  if (input.includes("/synthetic/")) return fixtureElf(basename(input, ".elf"));
  return readFileSync(input.replace("{in}", join(SHARED, "inputs")));
}

export function fingerprint(bytes: Uint8Array): { size: number; sha256: string } {
  return { size: bytes.length, sha256: toHex(sha256(bytes)) };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const KILOBYTES = (text: string): number => Number.parseInt(text, 10) * (text.endsWith("MB") ? 1024 * 1024 : 1024);

const SETTERS: Readonly<Record<string, (options: Mutable<ElfToImageOptions>, value: string) => void>> = {
  "--chip": (options, value) => {
    options.chip = requireChip(value).id;
  },
  "--flash-mode": (options, value) => {
    options.flashMode = value;
  },
  "--flash-freq": (options, value) => {
    options.flashFrequency = value;
  },
  "--flash-size": (options, value) => {
    options.flashSize = value;
  },
  "--version": (options, value) => {
    options.version = Number(value) as 1 | 2 | 3;
  },
  "--min-rev-full": (options, value) => {
    options.minimumRevisionFull = Number(value);
  },
  "--max-rev-full": (options, value) => {
    options.maximumRevisionFull = Number(value);
  },
  "--elf-sha256-offset": (options, value) => {
    options.elfSha256Offset = Number(value);
  },
  "--flash-mmu-page-size": (options, value) => {
    options.mmuPageBytes = KILOBYTES(value);
  },
  "--pad-to-size": (options, value) => {
    options.padToBytes = KILOBYTES(value);
  },
  "-o": () => {},
};

const FLAGS: Readonly<Record<string, Partial<ElfToImageOptions>>> = {
  "--secure-pad": { securePad: "v1" },
  "--secure-pad-v2": { securePad: "v2" },
  "--use-segments": { useSegments: true },
  "--ram-only-header": { ramOnlyHeader: true },
  "--dont-append-digest": { appendDigest: false },
};

/** The options of a case's command line, and the name it wants for the output. */
export function caseOptions({ args }: Elf2ImageCase): { options: ElfToImageOptions; outputName: string } {
  const options: Mutable<ElfToImageOptions> = { chip: "esp32" };
  const words = args.slice(0, -1).filter((word) => word !== "elf2image");
  let outputName = "";
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const flag = FLAGS[word];
    if (flag !== undefined) {
      Object.assign(options, flag);
      continue;
    }
    const setter = SETTERS[word];
    if (setter === undefined) throw new Error(`the test does not know ${word}`);
    const value = words[++index] ?? "";
    if (word === "-o") outputName = value.replace("{out}/", "");
    setter(options, value);
  }
  return { options, outputName };
}
