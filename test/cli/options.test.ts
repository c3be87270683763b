import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { sha256 } from "../../src/core/bytes/sha256.ts";
import { testCliHost } from "../support/cli-host.ts";
import { fixtureElf } from "../support/image/elf2image-case.ts";

const CHIP = "virtual:esp32c3";
const FILES = { "a.bin": new Uint8Array(5000).fill(7), "ff.bin": new Uint8Array(100).fill(0xff) };

/** Options that matter in few runs: each with what shows that it had its effect, or that it is taken at all. */
const LINES: readonly (readonly [line: string, shown: RegExp])[] = [
  ["write-flash --flash-type nor 0x0 a.bin", /Wrote 5000 bytes/],
  ["write-flash -ft nor --no-compress 0x0 a.bin", /Wrote 5000 bytes at/],
  ["read-flash --flash-type nor 0x0 16 out.bin", /Read 16 bytes/],
  ["verify-flash --flash-type nor 0x0 ff.bin", /Verification successful/],
  ["erase-flash --force --flash-type nor", /Flash memory erased successfully/],
  ["erase-region --force --flash-type nor 0x0 4k", /Flash memory region erased successfully/],
  ["read-flash-status --spi-connection SPI --flash-type nor --bytes 1", /Flash memory status: 0x[0-9a-f]+\n/],
  ["write-flash-status --spi-connection SPI --flash-type nor --non-volatile 0", /After flash memory status: {3}0x/],
  ["read-flash-sfdp --flash-type nor --spi-connection SPI -fm dio -ff 40m 0 4", /SFDP\[0\.\.3\]: 0x53 0x46 0x44 0x50/],
];

describe("options that are seldom used", () => {
  it.each([
    ["", /compare with --diff/],
    [" --diff", /^(?!.*--diff)/s],
  ])("verify-flash%s that fails does not advise what was done", async (option, words) => {
    const host = testCliHost({ files: FILES });
    expect(await runCli(["-p", CHIP, "verify-flash", ...option.split(" ").filter(Boolean), "0x0", "a.bin"], host)).toBe(
      2,
    );
    expect(host.err()).toContain("Verification failed.");
    expect(host.err()).toMatch(words);
  });

  it.each(LINES)("%s", async (line, shown) => {
    const host = testCliHost({ files: FILES });
    const code = await runCli(["-p", CHIP, ...line.split(" ")], host);
    expect(host.err()).toBe("");
    expect(code).toBe(0);
    expect(host.out()).toMatch(shown);
  });

  it.each(["write-flash", "read-flash-status"])("%s knows no other kind of flash", async (command) => {
    const host = testCliHost({ files: FILES });
    await runCli(["-p", CHIP, command, "-ft", "paper", "0x0", "a.bin"], host);
    expect(host.err()).toContain("  code: argument.invalid\n");
  });

  it("virtual-chip --rfc2217 --host serves on that address", async () => {
    const host = testCliHost();
    const { write } = host.stdout;
    host.stdout.write = (text) => {
      write(text);
      if (text.startsWith("Listening on rfc2217:")) host.interrupt();
    };
    const line = "virtual-chip --chip esp32c3 --rfc2217 0 --host localhost";
    expect(await runCli(line.split(" "), host)).toBe(0);
    expect(host.out()).toMatch(/Listening on rfc2217:\/\/\S+:\d+\n/);
    expect(host.err()).toBe("");
  });

  it("virtual-chip --host warns of all that it opens to a network; --tcp-any-baud, --idle-limit", async () => {
    const host = testCliHost();
    const { write } = host.stdout;
    host.stdout.write = (text) => {
      write(text);
      if (text.startsWith("Listening on socket:")) host.interrupt();
    };
    const line = "virtual-chip --chip esp32c3 --tcp 0 --host 0.0.0.0 --tcp-any-baud --idle-limit 5";
    expect(await runCli(line.split(" "), host)).toBe(0);
    expect(host.out()).toMatch(/Warning: .*without any protection: whoever reaches 0\.0\.0\.0:\d+ can read its flash/);
  });
});

describe("options of elf2image that are seldom used", () => {
  const elf = fixtureElf("esp32c3");
  const make = async (line: string): Promise<Uint8Array> => {
    const host = testCliHost({ files: { "app.elf": elf } });
    const code = await runCli(`--chip esp32c3 elf2image ${line} -o app.bin app.elf`.split(" "), host);
    expect(host.err()).toBe("");
    expect(code).toBe(0);
    const image = host.stored.get("app.bin");
    return image instanceof Uint8Array ? image : expect.unreachable();
  };

  it("write the revisions into the header", async () => {
    const image = await make("--min-rev-full 300 --max-rev-full 399 --min-rev 3");
    // Fact sheet 5.2: the old field at 14, then two of 16 bits.
    expect([...image.subarray(14, 19)]).toEqual([3, 300 & 255, 300 >> 8, 399 & 255, 399 >> 8]);
  });

  it("put the digest of the ELF file where they say", async () => {
    const plain = await make("-fs 4MB");
    const offset =
      plain.findIndex((_byte, at) => at > 0x40 && plain.subarray(at, at + 48).every((byte) => byte === 0)) + 8;
    expect(offset).toBeGreaterThan(0x40);
    const image = await make(`--elf-sha256-offset ${offset}`);
    expect(image.subarray(offset, offset + 32)).toEqual(sha256(elf));
  });

  it("choose what becomes a segment", async () => {
    const segments = async (line: string): Promise<number | undefined> => (await make(line))[1];
    const all = await segments("-fs 4MB");
    const ram = await segments("--ram-only-header");
    expect(ram).toBeGreaterThan(0);
    expect(ram).toBeLessThan(Number(all));
    expect(await segments("--use-segments")).toBeLessThanOrEqual(Number(all));
  });
});
