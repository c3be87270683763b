import { expect, it } from "vitest";
import { runCli } from "../../../src/cli/run-cli.ts";
import { equalBytes } from "../../../src/core/bytes/words.ts";
import { virtualChip } from "../../../src/virtual.ts";
import { testCliHost } from "../../support/cli-host.ts";
import { noise } from "../../support/noise.ts";

const DATA = noise(0x40000);
const LINE = ["--port", "x", "--baud", "921600", "read-flash"];

async function read(
  words: readonly string[],
  files: Readonly<Record<string, Uint8Array | { readonly code: string }>> = {},
) {
  const chip = virtualChip("esp32c3", { contents: [{ address: 0x10000, bytes: DATA }] });
  const host = testCliHost({ port: chip.port, files });
  const code = await runCli([...LINE, ...words], host);
  return { chip, host, code, out: host.out(), output: host.stored.get("out.bin") };
}

const expected = (chip: Awaited<ReturnType<typeof read>>["chip"], sizeBytes: number) => chip.flash.read(0, sizeBytes);

it("what is blank is not transferred, and the file is the same", async () => {
  const some = await read(["0", "1M", "out.bin"]);
  expect(some.code).toBe(0);
  expect(equalBytes(some.output as Uint8Array, expected(some.chip, 0x100000))).toBe(true);
  expect(some.chip.counters.chipBytes).toBeLessThan(0x50000);
  expect(some.out).toContain("Proved by digests instead of transferred: 786432 blank bytes.");
  const all = await read(["0", "1M", "out.bin", "--no-skip"]);
  expect(equalBytes(all.output as Uint8Array, some.output as Uint8Array)).toBe(true);
  expect(all.chip.counters.chipBytes).toBeGreaterThan(0x100000);
  expect(all.out).not.toContain("Proved by digests");
});

it("nor what the file that is replaced holds, where it is so still", async () => {
  const before = new Uint8Array(0x50000).fill(0xff);
  before.set(DATA, 0x10000);
  before[0x12345] = (before[0x12345] ?? 0) ^ 1;
  const { chip, output, out } = await read(["0", "0x50000", "out.bin"], { "out.bin": before });
  expect(equalBytes(output as Uint8Array, expected(chip, 0x50000))).toBe(true);
  expect(chip.counters.chipBytes).toBeLessThan(0x8000);
  expect(out).toContain(": 323584 known bytes.");
});

it.each([
  ["of another size", DATA.subarray(0, 0x30000)],
  ["of something else", DATA.map((byte) => byte ^ 0x55)],
  ["that cannot be read", { code: "EACCES" }],
])("a file %s changes nothing", async (_which, before) => {
  const { chip, output, code } = await read(["0x10000", "0x40000", "out.bin"], { "out.bin": before });
  if ("code" in before) expect(code).not.toBe(0);
  else expect(equalBytes(output as Uint8Array, chip.flash.read(0x10000, 0x40000))).toBe(true);
  expect(chip.counters.chipBytes < 0x40000).toBe("code" in before);
});
