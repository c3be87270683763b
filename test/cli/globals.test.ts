import { describe, expect, it } from "vitest";
import { readOptionValues } from "../../src/cli/line/option-values.ts";
import { hostMemory } from "../../src/cli/run/host-memory.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { GLOBAL_OPTIONS } from "../../src/cli/spec/global-options.ts";
import { type CliHostOptions, testCliHost } from "../support/cli-host.ts";
import { delegatePort } from "../support/port/delegate-port.ts";

const CHIP = "virtual:esp32c3";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function run(argv: readonly string[], options: CliHostOptions = {}) {
  const host = testCliHost(options);
  const code = await runCli(argv, host);
  return { code, out: host.out(), err: host.err(), host };
}

describe("ESPTOOL_ENV_FPGA", () => {
  it.each([
    ["esp32", "1", true],
    ["esp32", "0", false],
    ["esp32c3", "1", false],
  ])("for %s as %s", async (chip, value, slow) => {
    const words = ["--json", "--chip", chip, "--port", `virtual:${chip}`, "read-mac"];
    const { out, code } = await run(words, { env: { ESPTOOL_ENV_FPGA: value } });
    expect(code).toBe(0);
    expect(/"connect\.reset"[^\n]*7000 ms/.test(out)).toBe(slow);
  });
});

describe("--no-memory", () => {
  it.each([
    ["left out", {}, {}, true],
    ["given", { "no-memory": true as const }, {}, false],
    ["by the environment", {}, { ESPTOOL_NO_MEMORY: "1" }, false],
    ["not by the environment", {}, { ESPTOOL_NO_MEMORY: "0" }, true],
    ["not by an empty word in it", {}, { ESPTOOL_NO_MEMORY: "" }, true],
  ])("%s: the host's memory is there or not", async (_case, line, env, isThere) => {
    const host = testCliHost();
    const options = readOptionValues(GLOBAL_OPTIONS, { lines: [line], env, onOldName: () => expect.unreachable() });
    const memory = hostMemory({ host, options });
    await memory.keep("rates", "board", bytes("one"));
    expect(await memory.recall("rates", "board")).toEqual(isThere ? bytes("one") : undefined);
    expect(await host.memory.recall("rates", "board")).toEqual(isThere ? bytes("one") : undefined);
  });

  it("is taken by every command", async () => {
    for (const words of [
      ["--no-memory", "--port", CHIP, "read-mac"],
      ["version", "--no-memory"],
    ]) {
      expect((await run(words)).code).toBe(0);
    }
  });
});

describe("@file", () => {
  const files = {
    args: bytes("--baud 460800\n'write-flash'\n\n0x0 \"my app.bin\" # 0x1000\r\n"),
    "my app.bin": bytes("hello"),
    nested: bytes("@args"),
    open: bytes("version\n'oops\n"),
    "latin1.txt": Uint8Array.of(0xe9, 0x20),
    secret: { code: "EACCES" },
  };

  it("stands for its words, anywhere, and the line is shown first", async () => {
    const { out, code, err } = await run(["--port", CHIP, "@args"], { files });
    expect(out).toMatch(
      /^esptool --port virtual:esp32c3 --baud 460800 write-flash 0x0 my app\.bin # 0x1000\nesptool v5\.3\.1 /,
    );
    // The word # is an address here, as it is to the reference.
    expect(err).toContain("  code: argument.invalid\n");
    expect(code).toBe(2);
    const written = await run(["--port", CHIP, "write-flash", "@pair"], {
      files: { ...files, pair: bytes('0x1000 "my app.bin"') },
    });
    expect(written.out).toContain("Wrote 5 bytes");
    expect(written.code).toBe(0);
  });

  it("is looked into once", async () => {
    const { out, err } = await run(["@nested"], { files });
    expect(out).toBe("esptool @args\n");
    expect(err).toContain("There is no command '@args'.");
  });

  it.each([
    ["@nowhere", "file.missing"],
    ["@", "file.missing"],
    ["@open", "argument.invalid"],
    ["@latin1.txt", "file.unreadable"],
    ["@secret", "file.unreadable"],
  ])("%s is refused", async (word, code) => {
    const { err, code: exit } = await run([word], { files });
    expect(exit).toBe(2);
    expect(err).toContain(`  code: ${code}\n`);
  });

  it("is not spoken of with --silent and --json", async () => {
    expect((await run(["-s", "@v"], { files: { v: bytes("version") } })).out).toBe("");
    const { out } = await run(["@v"], { files: { v: bytes("--json version") } });
    expect(JSON.parse(out)).toMatchObject({ type: "result", ok: true });
  });
});

describe("--port-filter", () => {
  const ports = [
    { path: CHIP, usbVendorId: 0x303a, usbProductId: 0x1001, serialNumber: "A1", usable: true, rank: 3, likely: true },
    { path: "virtual:esp32c6", usbVendorId: 0x303a, serialNumber: "B2", usable: true, rank: 3, likely: true },
    { path: "virtual:esp32", usable: true, rank: 0, likely: false },
  ];

  it.each<[string, string[], string]>([
    ["one", ["--port-filter", "serial=B", "read-mac"], "virtual:esp32c6"],
    ["several words", ["--port-filter", "vid=0x303a", "pid=4097", "read-mac"], CHIP],
    ["with an equals sign", ["--port-filter=vid=0x303a", "serial=A1", "read-mac"], CHIP],
    [
      "several times, behind the command",
      ["read-mac", "--port-filter", "vid=1", "--port-filter", "pid=0x1001", "vid=0x303a"],
      CHIP,
    ],
    [
      "several of one key: any of them",
      ["--port-filter", "name=esp32", "--port-filter", "name=x", "-c", "esp32", "read-mac"],
      "",
    ],
  ])("%s", async (_what, argv, path) => {
    const { host, out } = await run(argv, { ports });
    expect(host.openedPorts).toEqual(path === "" ? [] : [path]);
    expect(out).toContain(path === "" ? "Found 3 serial ports..." : "Found 1 serial ports...");
  });

  it("chooses the one port that is left, whatever it is", async () => {
    const other = ports.slice(2);
    expect((await run(["read-mac"], { ports: other })).err).toContain("  code: port.none-found\n");
    const { host, code } = await run(["--port-filter", "name=esp32", "read-mac"], { ports: other });
    expect(code).toBe(0);
    expect(host.openedPorts).toEqual(["virtual:esp32"]);
  });

  it("says how many are left", async () => {
    const none = await run(["--port-filter", "vid=0x1", "read-mac"], { ports });
    expect(none.out).toContain("Found 0 serial ports...");
    expect(none.err).toContain("  code: port.none-found\n");
    const two = await run(["--port-filter", "vid=0x303a", "read-mac"], { ports });
    expect(two.err).toContain("  code: port.ambiguous\n");
  });

  it.each([
    ["vendor=1", "Option --port-filter argument key not recognized."],
    ["seriel=1", "hint: Did you mean serial? Write --port-filter vid="],
    ["read-mac", "Option --port-filter argument must consist of key=value."],
    ["vid=abc", "is not a number"],
  ])("refuses %s", async (word, sentence) => {
    const { err, code } = await run(["--port-filter", word, "read-mac"], { ports });
    expect(code).toBe(2);
    expect(err).toContain(sentence);
    expect(err).toContain("  code: argument.invalid\n");
  });

  it("is without effect beside --port", async () => {
    const { host, code } = await run(["-p", CHIP, "--port-filter", "vid=1", "read-mac"], { ports });
    expect(code).toBe(0);
    expect(host.openedPorts).toEqual([CHIP]);
  });
});

describe("--override-vddsdio", () => {
  it.each([
    ["1.8V", "1.8V"],
    ["1.9V", "1.9V"],
    ["OFF", "OFF"],
  ])("%s on the ESP32, with and without the stub", async (voltage, shown) => {
    for (const stub of [[], ["--no-stub"]]) {
      const { out, err } = await run(["-p", "virtual:esp32", ...stub, "--override-vddsdio", voltage, "flash-id"]);
      expect(err).toBe("");
      expect(out).toContain(voltage === "OFF" ? "VDDSDIO regulator disabled." : `VDDSDIO regulator set to ${voltage}.`);
      expect(out).toContain(`Flash voltage set by RTC_CNTL: ${shown}\n`);
    }
  });

  it("is refused on other chips, which are reset", async () => {
    for (const chip of ["esp32s3", "esp32s31", "esp8266"]) {
      const { err, out, code } = await run(["-p", `virtual:${chip}`, "--override-vddsdio", "1.8V", "read-mac"]);
      expect(code).toBe(2);
      expect(err).toContain("  code: chip.not-supported\n");
      expect(out.endsWith("\nHard resetting via RTS pin...\n")).toBe(true);
    }
    expect((await run(["-p", CHIP, "--override-vddsdio", "1.8v", "read-mac"])).err).toContain("argument.invalid");
  });
});

describe("--stub-version", () => {
  it("has one generation to choose, and says so", async () => {
    const legacy = await run(["-p", CHIP, "--stub-version", "1", "read-mac"]);
    expect(legacy.code).toBe(0);
    expect(legacy.out).toContain(
      "Warning: The legacy flasher stub is not part of this package; the current one is used.",
    );
    const current = await run(["-p", CHIP, "read-mac"], { env: { ESPTOOL_STUB_VERSION: "2" } });
    expect(current.out).not.toContain("Warning");
    expect((await run(["-p", CHIP, "--stub-version", "3", "read-mac"])).err).toContain("  code: argument.invalid\n");
    expect((await run(["read-mac", "--help"])).out).not.toContain("stub-version");
  });
});

describe("--trace", () => {
  it("is in the reference's form", async () => {
    const { out, code } = await run(["--trace", "-p", CHIP, "flash-id"]);
    expect(code).toBe(0);
    for (const form of [
      /\n\n {2}TRACE \+\d+\.\d{3} {3}--- Cmd SYNC \(0x08\) \| data_len 36 \| wait_response 1 \| timeout 0\.100 \| data \n {4}07071220/,
      /\n\n {2}TRACE \+\d+\.\d{3} {3}--- Cmd READ_REG \(0x0a\) \| data_len 4 \| wait_response 1 \| timeout 3\.000 \| data [0-9a-f]{8} ---\n/,
      /\n {2}TRACE \+\d+\.\d{3} {3}Write 14 bytes: {6}c0000a0400000000[0-9a-f]{12}\n/,
      /\n {2}TRACE \+\d+\.\d{3} {3}Read \d+ bytes: +c0010a/,
      /\n {2}TRACE \+\d+\.\d{3} {3}Received full packet: 4f484149\n/,
      /\n {4}[0-9a-f]{16} [0-9a-f]{16} \| .{16}\n/,
    ]) {
      expect(out).toMatch(form);
    }
  });

  it("is not to be had with --silent", async () => {
    const { err, code } = await run(["-t", "-s", "-p", CHIP, "flash-id"]);
    expect(code).toBe(2);
    expect(err).toContain("Cannot use both");
  });
});

describe("what is said before connecting", () => {
  it.each(["no-reset", "no-reset-no-sync"])("of --before %s", async (mode) => {
    const { out } = await run(["-p", CHIP, "--before", mode, "--connect-attempts", "1", "read-mac"]);
    expect(out).toContain(`Note: Pre-connection option "${mode}" was selected. `);
  });

  it("of a socket, which has no lines", async () => {
    const base = testCliHost();
    // What tells a bare connection from a pseudo-terminal is that it has no baud rate, not its name.
    const say = async (path: string, baud: boolean) => {
      const capabilities = { lines: false, atomicLines: false, baud };
      const host = {
        ...base,
        openPort: async (text: string) => delegatePort(await base.openPort(text), { info: { path }, capabilities }),
      };
      const from = base.out().length;
      await runCli(["-p", CHIP, "--connect-attempts", "1", "read-mac"], host);
      return base.out().slice(from);
    };
    const socket = await say("socket://localhost:1", false);
    expect(socket).toContain("Note: It is not possible to reset the chip over a TCP socket");
    expect(socket).not.toContain("Chip was NOT reset");
    expect(await say("/dev/pts/3", true)).toContain("Warning: Chip was NOT reset. ");
  });

  it("of nothing else", async () => {
    expect((await run(["-p", CHIP, "read-mac"])).out).not.toContain("Pre-connection");
  });
});
