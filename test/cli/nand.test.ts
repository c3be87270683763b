import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { equalBytes } from "../../src/core/bytes/words.ts";
import { type CliHostOptions, type TestCliHost, testCliHost } from "../support/cli-host.ts";

const BLOCK = 0x20000;
const PORT = ["-b", "2000000", "-p", "virtual:esp32s3,nand=W25N01GV,bad-blocks=1;3,file=s3.chip"];
const SC = ["-sc", "12,13,11,9,10"];
const NAND = ["-ft", "nand", ...SC];
const IMAGE = Uint8Array.from({ length: BLOCK + 3000 }, (_, index) => (index * 7) & 0xff);
const FILES = { "image.bin": IMAGE, "small.bin": IMAGE.slice(0, 100) };

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly host: TestCliHost;
}

async function run(argv: readonly string[], options: CliHostOptions = {}, host = testCliHost(options)): Promise<Run> {
  const before = { out: host.out().length, err: host.err().length };
  const code = await runCli(argv, host);
  return { code, out: host.out().slice(before.out), err: host.err().slice(before.err), host };
}

function resultOf(out: string): Record<string, unknown> {
  return JSON.parse(out.trimEnd().split("\n").at(-1) ?? "");
}

describe("NAND flash on the command line", () => {
  it("is written, verified, read and erased", async () => {
    const host = testCliHost({ files: FILES });
    const written = await run([...PORT, "write-flash", ...NAND, "0x0", "image.bin"], {}, host);
    expect(written).toMatchObject({ code: 0, err: "" });
    expect(written.out).toContain("experimental");
    expect(written.out).toContain("\nStub: 7.9 KB (base) + 3.8 KB (nand)\n");
    expect(written.out).toContain("\nConfiguring SPI NAND flash mode (CLK:12, Q:13, D:11, HD:9, CS:10)...\n");
    expect(written.out).toContain(
      "\nDetected NAND chip: Winbond W25N01GV (1Gbit) (mfr=0xef, dev=0xaa21, status=0x00)\n",
    );
    expect(written.out).toContain("\nSkipping bad block at 0x00020000.\n");
    expect(written.out).toMatch(/\nWrote 134072 bytes at 0x00000000 in .*\nWritten data read back, it matches\.\n/);
    const verified = await run([...PORT, "verify-flash", ...NAND, "0", "image.bin"], {}, host);
    expect(verified).toMatchObject({ code: 0, err: "" });
    expect(verified.out).toContain("\nVerification successful.\n");
    const read = await run([...PORT, "read-flash", ...NAND, "0", String(IMAGE.length), "back.bin"], {}, host);
    expect(read.out).toMatch(/\nRead 134072 bytes from 0x00000000 in .* to 'back\.bin'\.\n/);
    const back = host.stored.get("back.bin");
    expect(back instanceof Uint8Array && equalBytes(back, IMAGE)).toBe(true);
    const erased = await run([...PORT, "erase-region", ...NAND, "0", "0x60000"], {}, host);
    expect(erased.out).toContain("\nBlocks erased: 2, bad and left alone: 1, failed and marked: 0.\n");
    expect(erased.out).toContain("\nFlash memory region erased successfully in ");
    const gone = await run([...PORT, "verify-flash", "--diff", ...NAND, "0", "small.bin"], {}, host);
    expect(gone.code).toBe(2);
    expect(gone.out).toContain("\nBlock at 0x00000000: MISMATCH\n");
    expect(gone.out).toMatch(/\nVerification failed: 99 differences, first at 0x00000000:\n/);
    expect(gone.err).toContain("A fatal error occurred: Verification failed.");
    const brief = await run([...PORT, "verify-flash", ...NAND, "0", "small.bin"], {}, host);
    expect(brief.out).toMatch(/\nVerification failed: 99 differences, first at 0x00000000\.\n/);
    const all = await run([...PORT, "erase-flash", ...NAND], {}, host);
    expect(all.out).toContain("\nBlocks erased: 1022, bad and left alone: 2, failed and marked: 0.\n");
  });

  it("shows and sets marks, and maps them", async () => {
    const host = testCliHost();
    const good = await run([...PORT, "read-nand-spare", ...SC, "0"], {}, host);
    expect(good.out).toContain("\nNAND spare for page 0: first word 0xffffffff\n");
    const bad = await run([...PORT, "read-nand-spare", ...SC, "64"], {}, host);
    expect(bad.out).toContain("\nNAND spare for page 64: first word 0xffffff00\n");
    const marked = await run([...PORT, "write-nand-spare", ...SC, "128", "1"], {}, host);
    expect(marked.out).toContain("\nNAND spare for page 128: marked as bad.\n");
    const dumped = await run([...PORT, "dump-bbm", ...SC, "bbm.bin"], {}, host);
    expect(dumped.out).toContain("\nWrote 1024 bytes to 'bbm.bin'; bad blocks: 3.\n");
    const map = host.stored.get("bbm.bin");
    expect(map).toEqual(Uint8Array.from({ length: 1024 }, (_, block) => (block >= 1 && block <= 3 ? 1 : 0)));
    const forced = await run([...PORT, "erase-region", "--force", ...NAND, "0x40000", "128k"], {}, host);
    expect(forced.out).toContain("\nBlocks erased: 1, bad and left alone: 0, failed and marked: 0.\n");
    const few = await run([...PORT, "--json", "dump-bbm", "--block-count", "4", ...SC, "bbm.bin"], {}, host);
    expect(resultOf(few.out)).toMatchObject({ ok: true, blocks: 4, badBlocks: [1, 3], output: "bbm.bin" });
  });

  it("has results for --json, and block failures as events", async () => {
    const port = ["-p", "virtual:esp32s3,nand=W25N01GV,fault=fail-nand-program:0", "--json"];
    const { out } = await run([...port, "write-flash", ...NAND, "0", "small.bin"], { files: FILES });
    expect(out).toContain('"type":"nand.block-marked","session":');
    expect(resultOf(out)).toMatchObject({
      ok: true,
      files: [{ name: "small.bin", address: 0, sizeBytes: 100, blocks: [BLOCK], marked: [0] }],
    });
  });

  it("says which options have no effect", async () => {
    const argv = ["-p", "virtual:esp32s3,nand=w25n01gv", "write-flash", "-e", "-fs", "4MB", ...NAND, "0", "small.bin"];
    const { code, out } = await run(argv, { files: FILES });
    expect(code).toBe(0);
    expect(out).toContain("Note: With NAND flash --erase-all, --flash-size have no effect.");
  });

  it.each<[string, string[]]>([
    ["write-flash", ["write-flash", "-ft", "nand", "0", "small.bin"]],
    ["read-flash", ["read-flash", "-ft", "nand", "0", "4", "o.bin"]],
    ["verify-flash", ["verify-flash", "-ft", "nand", "0", "small.bin"]],
    ["erase-flash", ["erase-flash", "-ft", "nand"]],
    ["erase-region", ["erase-region", "-ft", "nand", "0", "128k"]],
    ["read-nand-spare", ["read-nand-spare", "0"]],
    ["write-nand-spare", ["write-nand-spare", "0", "1"]],
    ["dump-bbm", ["dump-bbm", "o.bin"]],
  ])("%s needs the pins, before the port is opened", async (_name, argv) => {
    const { code, err, host } = await run([...PORT, ...argv], { files: FILES });
    expect(code).toBe(2);
    expect(err).toContain("--spi-connection");
    expect(err).toContain("  code: argument.invalid\n");
    expect(host.openedPorts).toEqual([]);
  });

  it.each<[string, string[], RegExp]>([
    [
      "too few blocks",
      ["write-flash", ...NAND, "--nand-end-address", "0x60000", "0x40000", "image.bin"],
      /Not enough good blocks/,
    ],
    ["an odd end address", ["write-flash", ...NAND, "--nand-end-address", "4096", "0", "image.bin"], /end address/],
    ["an odd address", ["write-flash", ...NAND, "0x1000", "image.bin"], /block size/],
    ["images too close", ["write-flash", ...NAND, "0", "image.bin", "0x40000", "small.bin"], /overlap/],
    ["an odd size", ["erase-region", ...NAND, "0", "0x1000"], /multiple/],
    ["no stub", ["--no-stub", "erase-flash", ...NAND], /stub/],
    ["a page that does not exist", ["read-nand-spare", ...SC, "65536"], /65535/],
    ["a mark that is none", ["write-nand-spare", ...SC, "0", "2"], /0, 1/],
  ])("refuses %s", async (_what, argv, sentence) => {
    const { code, err } = await run([...PORT, ...argv], { files: FILES });
    expect(code).toBe(2);
    expect(err).toMatch(sentence);
  });

  it("refuses chips without the plugin and boards without the flash", async () => {
    const c3 = await run(["-p", "virtual:esp32c3,nand=w25n01gv", "erase-flash", ...NAND]);
    expect(c3.err).toContain("does not support plugins");
    const none = await run(["-p", "virtual:esp32s3", "erase-flash", ...NAND]);
    expect(none.err).toContain("Unrecognized NAND JEDEC ID");
  });

  it("is not listed, but has help", async () => {
    const { out } = await run(["--help"]);
    expect(out).not.toMatch(/nand|bbm/i);
    for (const name of ["read-nand-spare", "write-nand-spare", "dump-bbm"]) {
      const help = await run([name, "--help"]);
      expect(help).toMatchObject({ code: 0, err: "" });
      expect(help.out).toContain("--spi-connection");
    }
    expect((await run(["write-flash", "--help"])).out).not.toMatch(/nand/i);
  });
});
