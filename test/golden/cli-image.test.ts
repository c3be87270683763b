import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { testCliHost } from "../support/cli-host.ts";
import { fingerprint, fixtureCases, fixtureElf, SHARED } from "../support/image/elf2image-case.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

/** The reference's runs, done again through our command line. Its files are not ours to copy; fixtures always run. */
interface CliCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly exit: number;
  readonly outputs: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
  /** Without the banner. */
  readonly stdout: readonly string[];
}

function sharedCases(command: string): CliCase[] {
  const folder = join(SHARED, "golden", command);
  if (!existsSync(folder)) {
    tellSkipped(NO_REFERENCE);
    return [];
  }
  return readdirSync(folder).map((name) => ({
    ...(JSON.parse(readFileSync(join(folder, name, "case.json"), "utf8")) as Omit<CliCase, "name">),
    name: `${command} ${name}`,
    stdout: readFileSync(join(folder, name, "stdout.txt"), "utf8")
      .split("\n")
      .slice(1),
  }));
}

const fixtures: CliCase[] = fixtureCases().map((golden) => ({ ...golden, name: `elf2image ${golden.name}` }));
const known = new Set(fixtures.map(({ name }) => name));
const cases = [...fixtures, ...["elf2image", "image-info", "merge-bin"].flatMap(sharedCases)].filter(
  (golden, index) => index < fixtures.length || !known.has(golden.name),
);

function inputs({ args }: CliCase): Record<string, Uint8Array> {
  const names = args.filter((word) => word.startsWith("{in}/"));
  return Object.fromEntries(
    names.map((name) => [
      name,
      name.includes("/synthetic/")
        ? fixtureElf(basename(name, ".elf"))
        : new Uint8Array(readFileSync(name.replace("{in}", join(SHARED, "inputs")))),
    ]),
  );
}

/** A marker may stand behind the level it has with us, and be followed by more. */
function findInOrder(lines: readonly string[], wanted: readonly string[]): string[] {
  let at = 0;
  return wanted.filter((line) => {
    const found = lines.findIndex((ours, index) => index >= at && (ours === line || ours === `Note: ${line}`));
    if (found === -1) return true;
    at = found + 1;
    return false;
  });
}

describe.each(cases)("$name", (golden) => {
  it("does what the reference does", async () => {
    const host = testCliHost({ files: inputs(golden) });
    const code = await runCli(golden.args, host);
    expect(code).toBe(golden.exit);
    const written = [...host.stored].filter(([name]) => name.startsWith("{out}/"));
    expect(
      Object.fromEntries(
        written.map(([name, bytes]) => [name.slice("{out}/".length), fingerprint(bytes as Uint8Array)]),
      ),
    ).toEqual(golden.outputs);
    if (golden.exit !== 0) {
      expect(host.err()).toMatch(/^\nA fatal error occurred: .+\n(?: {2}.+\n)* {2}code: [a-z.-]+\n/);
      for (const marker of failureMarkers(golden)) expect(host.err()).toContain(marker);
      return;
    }
    expect(host.err()).toBe("");
    const [banner, ...lines] = host.out().split("\n");
    expect(banner).toMatch(/^esptool v5\.3\.1 /);
    expect(findInOrder(lines, golden.stdout)).toEqual([]);
    const warns = (text: readonly string[]): boolean => text.some((line) => /warning/i.test(line));
    expect(warns(lines)).toBe(warns(golden.stdout));
  });
});

/** What scripts look for in failures (fact sheet 8, "overlap" and "image tools"). */
function failureMarkers({ stdout }: CliCase): string[] {
  const text = stdout.join(" ");
  return [
    "Invalid segment count 351 (max 16)",
    "linker script problem",
    "Image is empty.",
    "This is not a valid image (invalid magic number: 0x61).",
    "This is not a valid image (invalid magic number: 0x88).",
    "Detected overlap at address: 0x1010 for file:",
    "8192 bytes is not a valid",
  ].filter((marker) => text.replace(/\s+/g, " ").includes(marker));
}
