import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { virtualChip } from "../../src/virtual.ts";
import { type CliHostOptions, testCliHost } from "../support/cli-host.ts";
import { boardFlash } from "../support/inspect/board-flash.ts";

async function run(line: string, options: CliHostOptions) {
  const host = testCliHost(options);
  const code = await runCli(line.split(" "), host);
  return { code, out: host.out(), err: host.err() };
}

describe("esptool inspect", () => {
  it("shows a page about a backup", async () => {
    const { code, out } = await run("inspect all.bin", { files: { "all.bin": boardFlash() } });
    expect(code).toBe(0);
    for (const line of [
      "Partition table at 0x8000, MD5 right",
      "    NVS: 3 entries (wifi 2, app 1)",
      "    copy 0 blank; copy 1 sequence 2, valid",
      "    blink v1.2.3, Sep 13 2026 19:46:07, ESP-IDF v5.5, ELF 0102030405060708",
      "    keys, which are not read",
      "    core dump of 4660 bytes",
      "    LittleFS: 2 files, 22 % of 128K used",
      "    nothing that is known, or encrypted",
      "'app1' boots: it has the only copy that counts (copy 1).",
    ])
      expect(out.split("\n")).toContain(line);
    expect(out).toMatch(/^app1 .*256K {2}boots$/m);
    expect(out).toMatch(/^app0 .*256K$/m);
  });

  it.each(["esp32c3", "esp32"] as const)("shows flash, security and partitions of a chip: %s", async (id) => {
    const chip = virtualChip(id, { contents: [{ address: 0, bytes: boardFlash() }] });
    const before = chip.flash.read(0, 0x100000);
    const { code, out } = await run("-p x inspect", { port: chip.port });
    expect(code).toBe(0);
    expect(out).toContain("Flash Encryption: Disabled");
    expect(out.includes("Secure Boot: Disabled")).toBe(id === "esp32c3");
    expect(out).toContain("'app1' boots");
    expect(out).toContain("MAC:");
    expect(Buffer.compare(chip.flash.read(0, 0x100000), before)).toBe(0);
    const json = await run("--json -p x inspect", { port: chip.port });
    const result = JSON.parse(json.out.trim().split("\n").at(-1) ?? "");
    expect(result).toMatchObject({
      ok: true,
      chip: id,
      flash: { sizeBytes: 0x400000 },
      security: { flashEncryption: false },
      digest: "right",
      boots: { partition: { name: "app1" } },
    });
    expect(result.partitions).toHaveLength(8);
    expect(result.mac).not.toBeNull();
  });

  it("finds a table elsewhere, and says what there is not", async () => {
    const flash = boardFlash();
    flash.copyWithin(0x7000, 0x8000, 0x9000);
    flash.fill(0xff, 0x8000, 0x9000);
    const files = { "all.bin": flash };
    expect((await run("inspect all.bin", { files })).out).toContain("There is no partition table at 0x8000");
    const found = await run("inspect all.bin --partition-table-address 0x7000", { files });
    expect(found.out).toContain("'app1' boots");
    expect((await run("inspect none.bin", { files })).code).toBe(2);
  });

  it("writes no control characters of what it read", async () => {
    const flash = boardFlash();
    flash[0x10000 + 80] = 0x1b;
    const { out } = await run("inspect all.bin", { files: { "all.bin": flash } });
    expect(out).toContain("\\x1blink");
    expect(out).not.toContain("\u001b");
  });
});
