import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { equalBytes } from "../../src/core/bytes/words.ts";
import { compareFlash, connect, disconnect, type WriteFlashOptions } from "../../src/index.ts";
import { type VirtualChip, type VirtualChipOptions, virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";
import { noise } from "../support/noise.ts";

const SECTOR = 0x1000;
const APP = noise(16 * SECTOR);
const ADDRESS = 0x10000;

const changed = APP.slice();
changed[5 * SECTOR + 7] = (changed[5 * SECTOR + 7] ?? 0) ^ 1;
changed.fill(0xff, 8 * SECTOR, 10 * SECTOR);

const board = (bytes: Uint8Array, options: VirtualChipOptions = {}): VirtualChip =>
  virtualChip("esp32c3", { contents: [{ address: ADDRESS, bytes }], ...options });

async function run(chip: VirtualChip, words: string) {
  const host = testCliHost({ port: chip.port, files: { "app.bin": APP, "short.bin": APP.slice(0, 100) } });
  const before = chip.flash.read(0, 0x100000);
  const code = await runCli(["-p", "x", ...words.split(" ")], host);
  const isUntouched = equalBytes(chip.flash.read(0, 0x100000), before);
  const last = host.out().trimEnd().split("\n").at(-1) ?? "";
  return { code, out: host.out(), err: host.err(), isUntouched, last };
}

describe("write-flash --dry-run", () => {
  it("ends with 0 where all of it is there", async () => {
    const { code, out, err, isUntouched } = await run(board(APP), "write-flash 0x10000 app.bin --dry-run");
    expect({ code, err, isUntouched }).toEqual({ code: 0, err: "", isUntouched: true });
    expect(out).toContain("'app.bin' at 0x00010000, 65536 bytes:\n  0x00010000  65536  same\nNothing would change");
    expect(out).toContain("Nothing was written: --dry-run.\n");
    expect(out).not.toContain("Wrote");
  });

  it("ends with 10 and shows where something would change", async () => {
    const { code, out, err, isUntouched } = await run(board(changed), "write-flash 0x10000 app.bin --dry-run");
    expect({ code, err, isUntouched }).toEqual({ code: 10, err: "", isUntouched: true });
    expect(out).toContain(
      [
        "  0x00010000  20480  same",
        "  0x00015000   4096  differs",
        "  0x00016000   8192  same",
        "  0x00018000   8192  blank, would be written",
        "  0x0001a000  24576  same",
        "12288 bytes would be written.",
        "Nothing was written: --dry-run.",
      ].join("\n"),
    );
  });

  it("in JSON, too", async () => {
    const { code, last } = await run(board(changed), "--json write-flash 0x10000 app.bin --dry-run");
    expect(code).toBe(10);
    expect(JSON.parse(last)).toMatchObject({
      ok: true,
      exitCode: 10,
      dryRun: true,
      wouldChange: true,
      files: [
        {
          name: "app.bin",
          regions: [{ state: "same" }, { address: 0x15000, sizeBytes: 4096, state: "different" }, {}, {}, {}],
        },
      ],
    });
    const same = JSON.parse((await run(board(APP), "--json write-flash 0x10000 app.bin --dry-run")).last);
    expect(same).toMatchObject({ ok: true, exitCode: 0, wouldChange: false });
  });

  it("shows what lies beside a file and would be erased with it", async () => {
    const chip = board(APP);
    const { code, out } = await run(chip, "write-flash 0x10a00 short.bin --dry-run");
    expect(code).toBe(10);
    expect(out).toContain(
      [
        "  0x00010000  2560  beside the file, would be erased",
        "  0x00010a00   100  differs",
        "  0x00010a64  1436  beside the file, would be erased",
      ].join("\n"),
    );
    // What is there is not erased.
    const there = await run(chip, "write-flash 0x10000 short.bin --dry-run");
    expect(there).toMatchObject({ code: 0, isUntouched: true });
    expect(there.out).not.toContain("beside the file");
  });

  it.each([
    ["--erase-all", 10, "The whole flash would be erased first"],
    ["--no-skip", 0, "With --no-skip it would be written all the same"],
    ["--skip-flashed", 0, "Nothing would change"],
    ["--diff-with skip", 0, "Nothing would change"],
    ["--no-compress", 0, "Nothing would change"],
  ])("with %s", async (option, exitCode, said) => {
    const { code, out, isUntouched } = await run(board(APP), `write-flash 0x10000 app.bin --dry-run ${option}`);
    expect({ code, isUntouched }).toEqual({ code: exitCode, isUntouched: true });
    expect(out).toContain(said);
  });

  it("says of what the chip would encrypt that it cannot be asked", async () => {
    const line = "write-flash --encrypt --ignore-flash-enc-efuse 0x10000 app.bin --dry-run";
    const { code, out, isUntouched } = await run(board(APP), line);
    expect({ code, isUntouched }).toEqual({ code: 10, isUntouched: true });
    expect(out).toContain("  0x00010000  65536  encrypted by the chip, cannot be asked");
  });

  it("refuses what a write would refuse, and what nobody can tell", async () => {
    const far = await run(board(APP), "write-flash 0x3ff000 app.bin --dry-run");
    expect(far.code).toBe(2);
    expect(far.err).toContain("code: flash.does-not-fit");
    const locked = await run(
      board(APP, { silicon: { secureDownload: true } }),
      "write-flash 0x10000 app.bin --dry-run",
    );
    expect(locked.code).toBe(2);
    expect(locked.err).toContain("code: flash.verify-unsupported");
    const nand = await run(board(APP), "write-flash --flash-type nand 0x0 app.bin --dry-run");
    expect(nand.code).toBe(2);
    expect(nand.err).toContain("code: argument.unsupported");
  });
});

async function compare(
  chip: VirtualChip,
  data: Uint8Array,
  { address = ADDRESS, ...options }: WriteFlashOptions & { address?: number } = {},
) {
  const session = await connect(chip.port, { baudRate: 921_600 });
  const result = await compareFlash(session, [{ address, data }], options);
  await disconnect(session);
  return result;
}

describe("compareFlash", () => {
  it("says of random contents sector by sector what is true", async () => {
    const kind = fc.constantFrom("same", "different", "blank" as const);
    await fc.assert(
      fc.asyncProperty(fc.array(kind, { minLength: 1, maxLength: 24 }), fc.nat(40), async (kinds, shorter) => {
        const data = noise(kinds.length * SECTOR - 4 * shorter);
        const flash = data.slice();
        kinds.forEach((kind, at) => {
          const offset = at * SECTOR;
          if (kind === "different") flash[offset] = (flash[offset] ?? 0) ^ 1;
          if (kind === "blank") flash.fill(0xff, offset, offset + SECTOR);
        });
        const { files, wouldChange } = await compare(board(flash), data);
        const [file] = files;
        const told = (file?.regions ?? []).flatMap(({ sizeBytes, state }) =>
          new Array(Math.ceil(sizeBytes / SECTOR)).fill(state),
        );
        expect(told).toEqual(kinds);
        expect(wouldChange).toBe(kinds.some((kind) => kind !== "same"));
        const size = (file?.regions ?? []).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        expect(size).toBe(data.length);
      }),
      { numRuns: 15 },
    );
  });

  it("asks once for each file where that is enough, and tells nothing that a write tells", async () => {
    const chip = board(APP);
    const events: string[] = [];
    const session = await connect(chip.port, { baudRate: 921_600, onEvent: ({ type }) => void events.push(type) });
    events.length = 0;
    const files = [
      { address: ADDRESS, data: APP },
      { address: ADDRESS + 0x10_0000, data: APP },
    ];
    const { files: found, wouldChange } = await compareFlash(session, files, { by: "file", flashSize: "detect" });
    await disconnect(session);
    expect(found.map(({ regions }) => regions)).toEqual([
      [{ address: ADDRESS, sizeBytes: APP.length, state: "same" }],
      [{ address: ADDRESS + 0x10_0000, sizeBytes: APP.length, state: "blank" }],
    ]);
    expect(wouldChange).toBe(true);
    expect(events.filter((type) => ["note", "warning", "flash.size-detected"].includes(type))).toEqual([]);
  });

  it("believes that something differs only when the chip says so twice", async () => {
    const chip = board(APP);
    // In the digest of the one question that there is for one sector.
    chip.faults.corruptFrameByte(12, 1, { opcode: 0x13 });
    expect((await compare(chip, APP.slice(0, SECTOR))).wouldChange).toBe(false);
  });

  it("asks for digests alone", async () => {
    const chip = board(changed);
    const before = chip.counters.hostBytes;
    await compare(chip, APP);
    // The stub and some forty questions.
    expect(chip.counters.hostBytes - before).toBeLessThan(12_000);
  });

  it("an empty file changes nothing", async () => {
    expect(await compare(board(APP), new Uint8Array(0))).toMatchObject({
      wouldChange: false,
      files: [{ regions: [] }],
    });
  });
});
