import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { type CliHostOptions, type TestCliHost, testCliHost } from "../support/cli-host.ts";

const PORT = "virtual:esp32c3,file=chip.state";
const text = new TextEncoder().encode("hello, flash; ".repeat(500));
const FILES = { "app.bin": text, "empty.bin": new Uint8Array(0), "other.bin": text.slice(0, 5000) };

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

interface JsonLine {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Every line of stdout as an object; anything else on it fails the test. */
function jsonLines(out: string): JsonLine[] {
  expect(out.endsWith("\n")).toBe(true);
  return out
    .trimEnd()
    .split("\n")
    .map((line): JsonLine => JSON.parse(line));
}

describe("the command line on a virtual chip", () => {
  it("writes, verifies, reads back and erases", async () => {
    const host = testCliHost({ files: FILES });
    const written = await run(["-p", PORT, "write-flash", "0x1000", "app.bin"], {}, host);
    expect(written.err).toBe("");
    expect(written.code).toBe(0);
    expect(written.out).toMatch(/^esptool v5\.3\.1 .*\nConnecting\.\.\.\.*\nDetecting chip type\.\.\. ESP32-C3\n/);
    for (const marker of [
      "Chip type:          ESP32-C3 (QFN32)",
      "Crystal frequency:  40MHz",
      "MAC:                ",
      "Uploading stub flasher...",
      "Stub flasher running.",
      "Flash will be erased from 0x00001000 to 0x00002fff...",
      "Hash of data verified.",
      "Hard resetting via RTS pin...",
    ]) {
      expect(written.out).toContain(marker);
    }
    expect(/Wrote (\d+) bytes \((\d+) compressed\) at 0x00001000 in /.exec(written.out)?.[1]).toBe(String(text.length));
    expect(written.out).not.toContain("\r");

    const verified = await run(["-p", PORT, "verify-flash", "0x1000", "app.bin"], {}, host);
    expect(verified).toMatchObject({ code: 0, err: "" });
    expect(verified.out).toContain("Verification successful (digest matched).");

    const read = await run(["-p", PORT, "read-flash", "0x1000", String(text.length), "out.bin"], {}, host);
    expect(read).toMatchObject({ code: 0, err: "" });
    expect(host.stored.get("out.bin")).toEqual(text);
    expect(read.out).toContain(`Read ${text.length} bytes from 0x00001000 in `);
    expect(read.out).toContain("to 'out.bin'.");
    const end = await run(["-p", PORT, "read-flash", "0x3ff000", "ALL", "end.bin"], {}, host);
    expect(end.out).toMatch(/^Detected flash size: 4MB$/m);

    const erased = await run(["-p", PORT, "erase-region", "0x1000", "4k"], {}, host);
    expect(erased.out).toContain("Flash memory region erased successfully in ");
    expect(erased.out).not.toContain("etected flash size");
    const rest = await run(["-p", PORT, "erase-region", "0x3ff000", "ALL"], {}, host);
    expect(rest).toMatchObject({ code: 0, err: "" });
    expect(rest.out).toMatch(/^Detected flash size: 4MB$/m);
    const differs = await run(["-p", PORT, "verify-flash", "--diff", "0x1000", "app.bin"], {}, host);
    expect(differs.code).toBe(2);
    expect(differs.out).toContain("Verification failed: 4096 differences, first at 0x00001000:");
    expect(differs.out).toContain("\n  - 0x00001000  ff ff ff");
    expect(differs.out).toContain("\n  + 0x00001000  68 65 6c");
    expect(differs.out).toContain("\n  ... 4,032 more bytes differ to 0x00001fff\n");
    expect(differs.err).toContain("A fatal error occurred: Verification failed.\n  code: flash.verify-failed");

    const blank = await run(["-p", PORT, "erase-flash"], {}, host);
    expect(blank.out).toContain("Flash memory erased successfully in ");
  });

  it("tells about chip and flash", async () => {
    const flash = await run(["-p", "virtual:esp32c3,flash=8MB", "flash-id"]);
    expect(flash).toMatchObject({ code: 0, err: "" });
    expect(flash.out).toMatch(/Manufacturer: [0-9a-f]{2}\nDevice: [0-9a-f]{4}\nDetected flash size: 8MB\n/);
    const mac = await run(["-p", "virtual:esp32c6", "read-mac"]);
    expect(mac.out).toMatch(/MAC: +[0-9a-f:]{23}\nBASE MAC: +[0-9a-f:]{17}\nMAC_EXT: +[0-9a-f:]{5}\n/);
    const id = await run(["-p", "virtual:esp8266", "--no-stub", "chip-id"]);
    expect(id.out).toMatch(/Chip ID: 0x[0-9a-f]{8}\n/);
    expect(id.out).not.toContain("stub");
    const none = await run(["-p", "virtual:esp32c3", "chip_id"]);
    expect(none.out).toContain("Warning: ESP32-C3 has no chip ID. Reading MAC address instead.\nMAC: ");
  });

  it("says only errors with --silent", async () => {
    const host = testCliHost({ files: FILES });
    expect(await run(["-s", "-p", PORT, "write-flash", "0", "app.bin"], {}, host)).toMatchObject({
      code: 0,
      out: "",
      err: "",
    });
    const failing = await run(["-s", "-p", PORT, "write-flash", "0x3ffff0", "app.bin"], {}, host);
    expect(failing).toMatchObject({ code: 2, out: "" });
    expect(failing.err).toContain("will not fit");
  });

  it("shows the traffic with --trace", async () => {
    const { out, code } = await run(["-t", "-p", "virtual:esp32c3", "read-mac"]);
    expect(code).toBe(0);
    expect(out).toMatch(/ {2}TRACE \+\d+\.\d{3} {3}/);
    expect(out).toContain("4f484149");
  });

  it("leaves the chip as asked", async () => {
    const { out } = await run(["-p", "virtual:esp32c3", "--after", "no_reset", "read-mac"]);
    expect(out).toContain("Choice 'no_reset' for option '--after' is deprecated.");
    expect(out).toContain("\nStaying in bootloader.\n");
  });

  it("chooses the port that stands out, and says so", async () => {
    const ports = [
      { path: "virtual:esp32c3", product: "Toy", usable: true, rank: 3, likely: true },
      { path: "/dev/ttyS0", usable: true, rank: 0, likely: false },
    ];
    const { out, host } = await run(["flash-id"], { ports });
    expect(host.openedPorts).toEqual(["virtual:esp32c3"]);
    expect(out).toContain("Found 2 serial ports...\nNote: Using virtual:esp32c3 (Toy), ");
  });

  it("warns of an empty file, and writes the others", async () => {
    const argv = ["-p", PORT, "write-flash", "0x0", "empty.bin", "0x1000", "other.bin"];
    const { code, out } = await run(argv, { files: FILES });
    expect(code).toBe(0);
    expect(out).toContain("Warning: 'empty.bin' is empty");
    expect(out).toContain("Wrote 5000 bytes");
  });
});

describe("the command line and what is wrong", () => {
  const unreadable = { code: "EACCES" };
  const folder = { code: "EISDIR" };
  const files = { ...FILES, "locked.bin": unreadable, folder };

  it.each<[string, string[], string]>([
    ["a missing file", ["write-flash", "0x0", "nope.bin"], "file.missing"],
    ["an unreadable file", ["write-flash", "0x0", "locked.bin"], "file.unreadable"],
    ["a folder", ["verify-flash", "0x0", "folder"], "file.unreadable"],
    ["an output that cannot be written", ["read-flash", "0", "4k", "folder"], "file.unwritable"],
    ["overlapping files", ["write-flash", "0x0", "app.bin", "0x1f00", "other.bin"], "flash.overlap"],
    ["files that share a sector", ["write-flash", "0x1c00", "other.bin", "0x0", "app.bin"], "flash.overlap"],
    ["an unknown chip", ["-c", "esp42", "read-mac"], "argument.unknown-chip"],
    ["an address of more than 32 bits", ["write-flash", "0x100000000", "app.bin"], "argument.invalid"],
    ["an odd number of words", ["write-flash", "0x0", "app.bin", "0x8000"], "argument.invalid"],
    ["SPI pins that are none", ["flash-id", "-sc", "1,2,3"], "argument.invalid"],
  ])("refuses %s before the port is opened", async (_what, argv, code) => {
    const { err, code: exit, host } = await run(["-p", PORT, ...argv], { files });
    expect(exit).toBe(2);
    expect(err).toContain(`  code: ${code}\n`);
    expect(host.openedPorts).toEqual([]);
  });

  it.each<[string, string[], string, string]>([
    ["a file larger than the flash", ["write-flash", "0x3ff000", "app.bin"], "flash.does-not-fit", "will not fit"],
    ["a region beyond the flash", ["read-flash", "0x3ff000", "8k", "o"], "flash.out-of-range", "larger than detected"],
    ["an unaligned address", ["erase-region", "0x100", "4k"], "flash.unaligned", "multiple of 4096"],
    ["an unaligned size", ["erase-region", "0x1000", "100"], "flash.unaligned", "multiple of 4096"],
    ["erasing without the stub", ["--no-stub", "erase-flash"], "stub.required", "ROM"],
    ["the wrong chip", ["-c", "esp32s3", "read-mac"], "connect.wrong-chip", "This chip is ESP32-C3, not ESP32-S3."],
    ["pins that the chip does not have", ["flash-id", "-sc", "1,2,3,4,99"], "flash.spi-pins", "99"],
  ])("refuses %s, resets the chip and says so first", async (_what, argv, code, sentence) => {
    const { err, out, code: exit } = await run(["-p", PORT, ...argv], { files });
    expect(exit).toBe(2);
    expect(err).toContain(`  code: ${code}\n`);
    expect(err).toContain("\nA fatal error occurred: ");
    expect(err).toContain(sentence);
    expect(out.endsWith("\nHard resetting via RTS pin...\n")).toBe(true);
  });

  it("refuses most commands in Secure Download Mode", async () => {
    const { err, out, code } = await run(["-p", "virtual:esp32c3,secure-download=1", "flash-id"]);
    expect(code).toBe(2);
    expect(err).toContain("The 'flash-id' command is not available in Secure Download Mode.");
    expect(out).toContain("Chip type:          ESP32-C3 in Secure Download Mode\n");
    expect(out.match(/in Secure Download Mode\n/g)).toHaveLength(1);
  });

  it("explains why no chip answers", async () => {
    const argv = ["-p", "virtual:esp32c3", "--before", "no-reset", "--connect-attempts", "2", "read-mac"];
    const { err, out, code } = await run(argv);
    expect(code).toBe(2);
    expect(out).toMatch(/Connecting\.{13}\n/);
    expect(err).toContain("A fatal error occurred: Failed to connect to Espressif device: ");
    for (const word of ["heard", "tried", "do"]) expect(err).toMatch(new RegExp(`^ {2}${word.padEnd(8)}\\S`, "m"));
    expect(err).toMatch(/^ {2}code: connect\./m);
  });

  it("fails with 1 when the line breaks", async () => {
    const { err, code } = await run(["-p", "virtual:esp32c3,fault=unplug-host:20000", "write-flash", "0", "app.bin"], {
      files: { "app.bin": crypto.getRandomValues(new Uint8Array(40_000)) },
    });
    expect(err).toContain("\nA serial exception error occurred: ");
    expect(err).toContain("  code: port.lost\n");
    expect(code).toBe(1);
  });

  it.each([
    ["Ctrl-C", "SIGINT", 130],
    ["SIGTERM", "SIGTERM", 143],
    ["a closed terminal", "SIGHUP", 129],
  ] as const)("stops on %s, resets the chip and ends with its exit code", async (_what, signal, exitCode) => {
    const base = testCliHost({ files: FILES });
    let wrote = false;
    const host: TestCliHost = {
      ...base,
      stdout: {
        isTTY: false,
        write: (text) => {
          base.stdout.write(text);
          if (!wrote && text.startsWith("Reading from")) {
            wrote = true;
            base.interrupt(signal);
          }
        },
      },
    };
    const { code, out, err } = await run(["-p", PORT, "read-flash", "--no-skip", "0", "all", "out.bin"], {}, host);
    expect(code).toBe(exitCode);
    expect(err).toBe("\nInterrupted. Read: 4096 of 4194304 bytes; none of it is saved.\n");
    expect(out.endsWith("\nHard resetting via RTS pin...\n")).toBe(true);
    expect(base.stored.has("out.bin")).toBe(false);
  });
});

describe("--json", () => {
  it("is events and one result, and nothing else", async () => {
    const argv = ["--json", "-p", PORT, "write_flash", "0x1000", "app.bin"];
    const { code, out, err } = await run(argv, { files: FILES });
    expect(code).toBe(0);
    expect(err).toBe("Warning: Deprecated: Command 'write_flash' is deprecated. Use 'write-flash' instead.\n");
    const lines = jsonLines(out);
    const result = lines.at(-1);
    expect(lines.filter(({ type }) => type === "result" || type === "error")).toEqual([result]);
    expect(result).toMatchObject({ type: "result", schema: 1, command: "write-flash", ok: true, chip: "esp32c3" });
    expect(result?.["files"]).toMatchObject([{ name: "app.bin", address: 0x1000, verified: "md5" }]);
    const types = lines.map(({ type }) => type);
    for (const type of ["connect.started", "connect.identity", "progress", "write.done", "reset.done"]) {
      expect(types).toContain(type);
    }
    for (const line of lines.slice(0, -1)) expect(line["session"]).toBeTypeOf("string");
  });

  it.each<[string[], string]>([
    [["read-mac"], "mac"],
    [["chip-id"], "chipId"],
    [["flash-id"], "sizeName"],
    [["erase-flash"], "elapsedMs"],
    [["erase-region", "0", "4k"], "elapsedMs"],
    [["read-flash", "0", "4k", "o.bin"], "sizeBytes"],
    [["verify-flash", "0", "ff.bin"], "matched"],
  ])("works for %j", async (words, field) => {
    const files = { "ff.bin": new Uint8Array(100).fill(0xff) };
    const { code, out, err } = await run(["-p", "virtual:esp32c3", ...words, "--json"], { files });
    expect(err).toBe("");
    expect(code).toBe(0);
    const result = jsonLines(out).at(-1);
    expect(result).toMatchObject({ type: "result", ok: true, command: words[0] });
    expect(result).toHaveProperty(field);
  });

  it("ends with the error, the diagnosis in its details", async () => {
    const argv = ["--json", "-p", "virtual:esp32c3", "--before", "no-reset", "--connect-attempts", "1"];
    const { code, out, err } = await run([...argv, "read-mac"]);
    expect(code).toBe(2);
    expect(err).toBe("");
    const error = jsonLines(out).at(-1);
    expect(error).toMatchObject({ type: "error", ok: false, command: "read-mac", exitCode: 2 });
    expect(error?.["details"]).toHaveProperty("diagnosis.tried");
  });

  it("leaves progress out when asked", async () => {
    const argv = ["--json", "-p", PORT, "write-flash", "-p", "0x1000", "app.bin"];
    const { out } = await run(argv, { files: FILES });
    expect(jsonLines(out).filter(({ type }) => type === "progress")).toEqual([]);
  });
});

describe("virtual-chip", () => {
  it("serves until Ctrl-C, for another run to connect to", async () => {
    const server = testCliHost();
    const listening = new Promise<string>((resolve) => {
      const write = server.stdout.write;
      server.stdout.write = (text) => {
        write(text);
        const url = /Listening on (socket:\S+)/.exec(text)?.[1];
        if (url !== undefined) resolve(url);
      };
    });
    const ended = runCli(["virtual-chip", "--chip", "esp32c3", "--tcp", "0", "--option", "flash=2MB"], server);
    const url = await listening;
    expect(url).toMatch(/^socket:\/\/127\.0\.0\.1:\d+$/);
    const client = await run(["-p", url, "--before", "no-reset", "--no-stub", "flash-id"]);
    server.interrupt();
    expect(await ended).toBe(0);
    expect(client.err).toBe("");
    expect(client.out).toContain("Detected flash size: 2MB");
    expect(server.out()).toContain(" connected\n");
  });
});
