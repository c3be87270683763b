import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import { runEspsecure } from "../../src/cli/run-espsecure.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";
import { type CliHostOptions, type TestCliHost, testCliHost } from "../support/cli-host.ts";

/** A chip whose line says what it does to a disk that is full from some text on. */

const APP = Uint8Array.from({ length: 50_000 }, (_, index) => (index * 7919) >>> 3);
const TOLD = "A fatal error occurred: The output of the program cannot be written to stdout: the disk is full.\n";

interface Bench {
  readonly chip: VirtualChip;
  readonly host: TestCliHost;
}

function bench(fullAt: string, options: CliHostOptions = {}): Bench {
  const chip = virtualChip("esp32c3");
  return { chip, host: testCliHost({ port: chip.port, files: { "app.bin": APP }, fullAt, ...options }) };
}

const run = (host: TestCliHost, line: string): Promise<number> => runCli(["-p", "board", ...line.split(" ")], host);
const isBlank = ({ chip }: Bench): boolean => chip.flash.read(0x10000, APP.length).every((byte) => byte === 0xff);
const isWritten = ({ chip }: Bench): boolean =>
  chip.flash.read(0x10000, APP.length).every((byte, at) => byte === APP[at]);

describe("a write whose output cannot be shown", () => {
  it.each([
    ["from the connection on", "Connected to"],
    ["from the end of the connection on", "Stub flasher running"],
    ["from what is erased on", "Flash will be erased"],
    ["from the size on", "Compressed"],
  ])("does not begin: %s", async (_when, fullAt) => {
    const there = bench(fullAt);
    expect(await run(there.host, "write-flash 0x10000 app.bin")).toBe(2);
    expect(there.host.err()).toBe(TOLD);
    expect(isBlank(there)).toBe(true);
    // The chip was left as asked.
    expect(there.chip.running).not.toBe("stub");
  });

  it("is carried to its end when it has begun, without success", async () => {
    for (const fullAt of ["Writing at", "Hash of data verified"]) {
      const there = bench(fullAt);
      expect(await run(there.host, "write-flash 0x10000 app.bin"), fullAt).toBe(2);
      expect(there.host.err()).toBe(TOLD);
      expect(isWritten(there), fullAt).toBe(true);
    }
  });

  it("ends with no result in JSON, where nothing but the line is told", async () => {
    const there = bench('"type":"progress"');
    expect(await run(there.host, "--json write-flash 0x10000 app.bin")).toBe(2);
    expect(there.host.out()).not.toContain('"result"');
    expect(there.host.err()).toBe(TOLD);
    expect(isWritten(there)).toBe(true);
  });

  it("tells in words the error that there was no room for in JSON", async () => {
    const there = bench('"type":"error"');
    expect(await run(there.host, "--json image-info none.bin")).toBe(2);
    expect(there.host.err()).toContain(TOLD);
    expect(there.host.err()).toContain("There is no file 'none.bin'.");
  });
});

describe("an erase whose output cannot be shown", () => {
  it("does not begin", async () => {
    for (const fullAt of ["Stub flasher running", "Erasing flash"]) {
      const there = bench(fullAt);
      there.chip.flash.load({ ...there.chip.flash.snapshot(), pieces: [{ address: 0x10000, bytes: APP }] });
      expect(await run(there.host, "erase-flash"), fullAt).toBe(2);
      expect(isWritten(there), fullAt).toBe(true);
    }
  });
});

describe("a read whose output cannot be shown", () => {
  it("is not begun, or saved all the same", async () => {
    const early = bench("Stub flasher running");
    expect(await run(early.host, "read-flash 0 0x20000 new.bin")).toBe(2);
    expect(early.host.stored.has("new.bin")).toBe(false);
    const late = bench("100.0%");
    expect(await run(late.host, "read-flash 0 0x20000 new.bin")).toBe(2);
    expect((late.host.stored.get("new.bin") as Uint8Array).length).toBe(0x20000);
  });
});

describe("results", () => {
  it("are the last line, behind all that is done", async () => {
    for (const line of ["flash-id", "write-flash 0x10000 app.bin", "read-flash 0 4096 new.bin", "erase-flash"]) {
      const { host, chip } = bench("\u0000");
      let outWhenClosed = "";
      const { close } = chip.port;
      chip.port.close = async () => {
        await close.call(chip.port);
        outWhenClosed = host.out();
      };
      expect(await run(host, `--json ${line}`), line).toBe(0);
      expect(outWhenClosed, line).not.toContain('"type":"result"');
      const last = host.out().trimEnd().split("\n").at(-1) ?? "";
      expect(JSON.parse(last), line).toMatchObject({ type: "result", ok: true });
    }
  });
});

/** The words by which a command says that it worked. */
const MARKERS =
  /Successful|Wrote |Signed |written to|extracted to|Encrypted |Decrypted |Done\n|Dump (?:all )?eFuse|public key digest of|Read \d|Dumped|Saved/;

describe("no command calls itself done before its file is saved", () => {
  const full = { code: "ENOSPC" };
  it.each([
    ["espefuse --chip esp32c3 --virt --path-efuse-file full --do-not-confirm burn-efuse DIS_TWAI 1"],
    ["espefuse --chip esp32c3 --virt dump --file-name full --format joint"],
    ["espefuse --chip esp32c3 --virt summary --file full"],
    ["espsecure generate-flash-encryption-key full"],
    ["espsecure generate-signing-key --version 2 --scheme ecdsa256 full"],
    ["espsecure digest-sbv2-public-key --keyfile key.pem --output full"],
    ["espsecure extract-public-key --version 2 --keyfile key.pem full"],
    ["espsecure digest-private-key --keyfile key.pem full"],
    ["espsecure sign-data --version 2 --keyfile key.pem --output full app.bin"],
    ["espsecure encrypt-flash-data --aes-xts --keyfile aes.bin --output full --address 0x10000 app.bin"],
    ["esptool --chip esp32c3 merge-bin -o full 0x10000 app.bin"],
    ["esptool -p board read-flash 0 4096 full"],
    ["esptool -p board dump-mem 0x40000000 64 full"],
  ])("%s", async (line) => {
    const { host } = bench("\u0000", { files: { "app.bin": APP.subarray(0, 4096), "aes.bin": APP.subarray(0, 32) } });
    expect(await runEspsecure("generate-signing-key --version 2 --scheme ecdsa256 key.pem".split(" "), host)).toBe(0);
    const before = host.out().length;
    const fail = (): Promise<never> => Promise.reject(Object.assign(new Error("full"), full));
    // Room when it is asked for, and none when it is used.
    Object.assign(host.files, { checkWritable: async () => {}, writeAtomically: fail, writeSecret: fail });
    const [program = "", ...argv] = line.split(" ");
    const runs = { esptool: runCli, espefuse: runEspefuse, espsecure: runEspsecure }[program];
    expect(await runs?.(argv, host)).toBe(2);
    expect(host.out().slice(before)).not.toMatch(MARKERS);
    expect(host.err()).toContain("The file 'full' cannot be written: the disk is full.");
  });

  it("says what is burned and not saved, and where it is kept", async () => {
    const { host } = bench("\u0000");
    // There is a file, so the first thing that cannot be saved is what is burned.
    expect(await runEspefuse("--chip esp32c3 --virt --path-efuse-file e.bin summary".split(" "), host)).toBe(0);
    const kept = new Map<string, Uint8Array>();
    Object.assign(host.files, {
      writeAtomically: () => Promise.reject(Object.assign(new Error("full"), full)),
      rescue: async (path: string, data: Uint8Array) => {
        kept.set(`/tmp/${path}.rescued`, data);
        return `/tmp/${path}.rescued`;
      },
    });
    const line = "--chip esp32c3 --virt --path-efuse-file e.bin --do-not-confirm burn-efuse DIS_TWAI 1 DIS_PAD_JTAG 1";
    expect(await runEspefuse(line.split(" "), host)).toBe(2);
    expect(host.err()).toMatch(
      /DIS_PAD_JTAG, DIS_TWAI are burned, but not saved\. The file 'e\.bin' cannot be written: the disk is full\. What the eFuses hold now is in '\/tmp\/e\.bin\.rescued'\.|DIS_TWAI, DIS_PAD_JTAG are burned, but not saved\. The file 'e\.bin' cannot be written: the disk is full\. What the eFuses hold now is in '\/tmp\/e\.bin\.rescued'\./,
    );
    // What was kept is what was burned.
    const rescued = kept.get("/tmp/e.bin.rescued") ?? new Uint8Array(0);
    const other = testCliHost({ files: { "e.bin": rescued } });
    const summary = "--chip esp32c3 --virt --path-efuse-file e.bin summary --format value_only DIS_TWAI";
    expect(await runEspefuse(summary.split(" "), other)).toBe(0);
    expect(other.out()).toMatch(/\nTrue\n$/);
  });

  it("keeps what was read where there is room, and says where", async () => {
    const { host } = bench("\u0000");
    let kept: Uint8Array | undefined;
    Object.assign(host.files, {
      writeAtomically: () => Promise.reject(Object.assign(new Error("full"), full)),
      rescue: async (_path: string, data: Uint8Array) => {
        kept = data;
        return "/tmp/new.bin.rescued";
      },
    });
    expect(await run(host, "dump-mem 0x40000000 64 new.bin")).toBe(2);
    expect(host.err()).toMatch(
      /The file 'new\.bin' cannot be written: the disk is full\. What was \w+ is in '\/tmp\/new\.bin\.rescued'\./,
    );
    expect(kept?.length).toBe(64);
  });
});
