import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runEspsecure } from "../../src/cli/run-espsecure.ts";
import { testCliHost } from "../support/cli-host.ts";
import { fingerprint, SHARED } from "../support/image/elf2image-case.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

/** The reference's runs, done again through our command line. */
interface GoldenCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly exit: number;
  readonly outputs: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
  /** What it printed, without the banner. */
  readonly lines: readonly string[];
}

const FOLDER = join(SHARED, "golden/espsecure");
const isPresent = existsSync(FOLDER);
if (!isPresent) tellSkipped(NO_REFERENCE);

const cases: readonly GoldenCase[] = !isPresent
  ? []
  : readdirSync(FOLDER).map((name) => ({
      ...(JSON.parse(readFileSync(join(FOLDER, name, "case.json"), "utf8")) as Omit<GoldenCase, "name" | "lines">),
      name,
      lines: readFileSync(join(FOLDER, name, "stdout.txt"), "utf8")
        .split("\n")
        .slice(1)
        .filter((line) => line !== ""),
    }));

function inputs({ args }: GoldenCase): Record<string, Uint8Array> {
  const names = args.filter((word) => word.startsWith("{in}/"));
  return Object.fromEntries(
    names.map((name) => [name, new Uint8Array(readFileSync(name.replace("{in}", join(SHARED, "inputs"))))]),
  );
}

describe.skipIf(!isPresent)("the reference's runs of espsecure", () => {
  it("are there", () => {
    expect(cases.length).toBeGreaterThan(30);
  });

  it.each(cases)("$name", async (golden) => {
    const host = testCliHost({ files: inputs(golden) });
    expect(await runEspsecure(golden.args, host)).toBe(golden.exit);
    const written = [...host.stored].filter(([name]) => name.startsWith("{out}/"));
    const outputs = written.map(([name, bytes]) => [name.slice("{out}/".length), fingerprint(bytes as Uint8Array)]);
    expect(Object.fromEntries(outputs)).toEqual(golden.outputs);
    const [banner, ...ours] = host.out().split("\n");
    expect(banner).toMatch(/^espsecure v5\.3\.1 /);
    const isError = (line: string): boolean => line.startsWith("A fatal error occurred: ");
    const printed = golden.lines.filter((line) => !isError(line));
    expect(ours.filter((line) => printed.includes(line)).sort()).toEqual([...printed].sort());
    for (const line of golden.lines.filter(isError)) expect(host.err()).toContain(line);
    expect(host.err() === "").toBe(golden.exit === 0);
  });
});
