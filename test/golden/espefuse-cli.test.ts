import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import runs from "../fixtures/golden/espefuse.json" with { type: "json" };
import { testCliHost } from "../support/cli-host.ts";
import { espefuseCases } from "../support/efuse/efuse-cases.ts";
import { EFUSE_INPUTS } from "../support/efuse/efuse-inputs.ts";
import { SHARED } from "../support/image/elf2image-case.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

/**
 * The reference's runs, done again through our command line: exit code, eFuse file, and what scripts look for. What it
 * printed is not ours to copy, so that is compared only where the reference folder is.
 */
interface Run {
  readonly name: string;
  readonly args: readonly string[];
  readonly exit: number;
  /** Of the eFuse file. */
  readonly sha256: string;
}

const printed = new Map(espefuseCases().map((golden) => [golden.name, golden]));
if (!existsSync(SHARED)) tellSkipped(NO_REFERENCE);

const EFUSES = "{out}/efuses.bin";

/** An ESP32 with CODING_SCHEME burned to 1: bit 0 of its word 6 at 0x18, in a page that is stored back to front (A15). */
function codingScheme34(): Uint8Array {
  const page = new Uint8Array(288);
  page[288 - 1 - 0x18] = 1;
  return page;
}

function inputs({ name: caseName, args }: Run): Record<string, Uint8Array> {
  const files = args.filter((word) => word.startsWith("{in}/"));
  return {
    ...Object.fromEntries(files.map((name) => [name, EFUSE_INPUTS[basename(name)] ?? new Uint8Array()])),
    ...(caseName.includes("-after-CODING_SCHEME-1") && { [EFUSES]: codingScheme34() }),
  };
}

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Lines of the reference that scripts match on; what is said in between is ours. */
const MARKERS: readonly RegExp[] = [
  /^=== Run "/,
  /^\[\d\d\] \S+ +is empty/,
  /^BURN BLOCK/,
  /^idx, BLOCK_NAME/,
  /^This is an irreversible operation!$/,
  /^Successful\.$/,
  /^Batch mode is enabled/,
  /^Permanently write-disabling eFuses/,
  /^Custom MAC Address/,
  /^bit_number: /,
  /^BLOCK +\d+ +: 0x/,
  / dump: /,
  /regs_to_write: /,
  /^ - BLOCK\S* -> \[/,
  /^\t'KEY_PURPOSE_\d': /,
  /Sensitive data will be hidden/,
  /^Checking eFuses/,
  /^EFUSE_NAME /,
];

/** The name of a field, its value, its protection and its bits; what describes it is ours. */
function withoutDescription(line: string): string {
  const change = /^( {4}- '[A-Z0-9_]+') \(.*\) (\S+ -> \S+)$/.exec(line);
  // The reference drops leading zeros of some values.
  return change === null ? line : `${change[1]} ${change[2]?.replace(/0x0*(?=[0-9a-f])/g, "0x")}`;
}

const isWanted = (line: string): boolean =>
  MARKERS.some((marker) => marker.test(line)) || /^ {4}- '[A-Z0-9_]+' \(/.test(line);

describe("the runs of the reference, through the command line", () => {
  it.each<Run>(runs)("$name", async (run) => {
    const host = testCliHost({ files: inputs(run) });
    const code = await runEspefuse(run.args, host);
    expect(code, host.err()).toBe(run.exit);
    const file = host.stored.get(EFUSES);
    expect(file instanceof Uint8Array ? hashOf(file) : "not written").toBe(run.sha256);
    const golden = printed.get(run.name);
    if (golden === undefined || run.exit !== 0) return;
    const ours = host.out().split("\n").map(withoutDescription);
    const wanted = golden.sections
      .flatMap(({ lines }) => lines)
      .filter(isWanted)
      .map(withoutDescription);
    expect(wanted.filter((line) => !ours.includes(line))).toEqual([]);
    const commands = golden.sections.map(({ command }) => command);
    for (const command of commands) expect(ours).toContain(`=== Run "${command}" command ===`);
  });

  it.skipIf(printed.size === 0)("are those that the fixture has", () => {
    const theirs = [...printed.values()].map(({ name, args, exit, file }) => ({
      name,
      args,
      exit,
      sha256: hashOf(file),
    }));
    expect(theirs.sort((left, right) => left.name.localeCompare(right.name))).toEqual(
      [...(runs as readonly Run[])].sort((left, right) => left.name.localeCompare(right.name)),
    );
  });

  it.skipIf(printed.size === 0)("have the input files that were made anew", () => {
    const files = ["256bit", "256bit_1", "256bit_2", "192bit", "128bit_key"];
    for (const name of files) {
      expect(new Uint8Array(readFileSync(join(SHARED, "inputs/efuse", name))), name).toEqual(EFUSE_INPUTS[name]);
    }
  });
});
