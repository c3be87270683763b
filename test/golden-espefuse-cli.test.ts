import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runEspefuse } from "../src/cli/run-espefuse.ts";
import { testCliHost } from "./support/cli-host.ts";
import { type EspefuseCase, espefuseCases } from "./support/efuse-cases.ts";
import { SHARED } from "./support/elf2image-case.ts";

/** The reference's runs, done again through our command line: exit code, eFuse file, and what scripts look for. */
const cases = espefuseCases();
if (!existsSync(SHARED)) console.log("espefuse on the command line: cases skipped, the reference folder is absent");

const EFUSES = "{out}/efuses.bin";

/** An ESP32 with CODING_SCHEME burned to 1: bit 0 of its word 6 at 0x18, in a page that is stored back to front (A15). */
function codingScheme34(): Uint8Array {
  const page = new Uint8Array(288);
  page[288 - 1 - 0x18] = 1;
  return page;
}

function inputs({ name: caseName, args }: EspefuseCase): Record<string, Uint8Array> {
  const files = args.filter((word) => word.startsWith("{in}/"));
  return {
    ...Object.fromEntries(
      files.map((name) => [name, new Uint8Array(readFileSync(name.replace("{in}", join(SHARED, "inputs"))))]),
    ),
    ...(caseName.includes("-after-CODING_SCHEME-1") && { [EFUSES]: codingScheme34() }),
  };
}

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

describe.skipIf(cases.length === 0)("the runs of the reference, through the command line", () => {
  it.each(cases)("$name", async (golden) => {
    const host = testCliHost({ files: inputs(golden) });
    const code = await runEspefuse(golden.args, host);
    expect(code, host.err()).toBe(golden.exit);
    expect(host.stored.get(EFUSES)).toEqual(new Uint8Array(golden.file));
    if (golden.exit !== 0) return;
    const ours = host.out().split("\n").map(withoutDescription);
    const wanted = golden.sections
      .flatMap(({ lines }) => lines)
      .filter(isWanted)
      .map(withoutDescription);
    expect(wanted.filter((line) => !ours.includes(line))).toEqual([]);
    const commands = golden.sections.map(({ command }) => command);
    for (const command of commands) expect(ours).toContain(`=== Run "${command}" command ===`);
  });
});
