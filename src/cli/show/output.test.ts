import { describe, expect, it } from "vitest";
import { testCliHost } from "../../../test/support/cli-host.ts";
import { type ConnectDiagnosis, EspError } from "../../index.ts";
import { exitCodeOf } from "../exit-codes.ts";
import { runCli } from "../run-cli.ts";
import { errorLine, eventLine, resultLine } from "./json-output.ts";
import { createPlainOutput } from "./output.ts";
import { renderError } from "./render-error.ts";

const PLAIN = { moves: false, colours: false };

describe("errors as text", () => {
  it("are a sentence, a code and a hint", () => {
    const error = new EspError("flash.erase-failed", "No.", { hint: "Do this." });
    expect(renderError(error, PLAIN, false)).toBe(
      "\nA fatal error occurred: No.\n  code: flash.erase-failed\n  hint: Do this.\n",
    );
  });

  it("say that the line failed, where it did", () => {
    expect(renderError(new EspError("port.lost", "Gone."), PLAIN, false)).toContain(
      "\nA serial exception error occurred: Gone.\n",
    );
  });

  it("carry the sentences that scripts look for", () => {
    const details = { file: "one.bin", address: 0x1000, sizeBytes: 5000, limitBytes: 4096, flashBytes: 4096 };
    const head = (code: ConstructorParameters<typeof EspError>[0], message: string, more: object = details): string =>
      renderError(new EspError(code, message, { details: { ...more } }), PLAIN, false).split("\n")[1] ?? "";
    expect(head("flash.does-not-fit", "x")).toContain(
      "File 'one.bin' (length 5000) at offset 0x00001000 will not fit in 4096 bytes of flash.",
    );
    expect(head("flash.out-of-range", "x")).toContain("flash regions larger than detected flash size");
    expect(head("flash.out-of-range", "x", { address: 0, sizeBytes: 1 << 25, flashBytes: 1 << 26 })).toContain("16MB");
    expect(head("image.wrong-chip", "It is for the ESP32-C3.", { file: "f", chipName: "ESP32" })).toContain(
      "'f' is not an ESP32 image. Use the force argument to flash anyway.",
    );
    expect(
      head("image.wrong-revision", "'f' requires chip revision 10 or higher (this chip is revision v0.0)."),
    ).toContain(
      "requires chip revision 10 or higher (this chip is revision v0.0). Use the force argument to flash anyway.",
    );
    expect(head("port.busy", "x", { path: "COM3" })).toContain(
      "Could not open COM3, the port is busy or doesn't exist.",
    );
    expect(head("flash.guard-encryption", "On.")).toContain(
      "Detected flash encryption enabled and download manual encrypt disabled",
    );
  });

  it("lay out a diagnosis", () => {
    const diagnosis: ConnectDiagnosis = {
      code: "connect.silence",
      port: "p",
      heard: ["nothing"],
      tried: ["a x 2", "5 syncs"],
      likely: "No power.",
      advice: ["First.", "Second."],
      remedies: ["connect-without-reset"],
    };
    const error = new EspError("connect.silence", "Failed to connect to ESP32: No power.", {
      remedies: diagnosis.remedies,
      details: { diagnosis },
    });
    expect(renderError(error, PLAIN, false)).toMatchInlineSnapshot(`
      "
      A fatal error occurred: Failed to connect to ESP32: No power.
        heard   nothing
        tried   a x 2
                5 syncs
        do      First.
                Second.
        code: connect.silence
        try:  --before no-reset
      "
    `);
  });

  it("show where they come from with --debug only", () => {
    const error = new EspError("internal", "x", { cause: new TypeError("inner") });
    expect(renderError(error, PLAIN, false)).not.toContain("at ");
    expect(renderError(error, PLAIN, true)).toMatch(/TypeError: inner\n\s+at /);
  });
});

describe("exit codes (fact sheet 1.5)", () => {
  it.each([
    ["argument.invalid", 2],
    ["port.missing", 2],
    ["port.lost", 1],
    ["port.failed", 1],
    ["port.write-timeout", 1],
    ["internal", 1],
    ["connect.silence", 2],
    ["operation.aborted", 130],
  ] as const)("%s: %d", (code, exit) => {
    expect(exitCodeOf({ code })).toBe(exit);
  });
});

describe("JSON", () => {
  it("is one object per line, bytes as hex", () => {
    const line = eventLine({
      session: "s",
      type: "trace",
      what: "write",
      bytes: Uint8Array.of(0xc0, 1),
    });
    expect(line).toBe('{"type":"trace","session":"s","what":"write","bytes":"c001"}\n');
  });

  it("ends with the result or the error", () => {
    expect(JSON.parse(resultLine("x", { a: 1n, b: Number.NaN, c: undefined }))).toEqual({
      type: "result",
      schema: 1,
      command: "x",
      ok: true,
      a: "1",
      b: "NaN",
    });
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    const error = new EspError("file.missing", "No.", { hint: "Do.", details: { circle, cause: new Error("why") } });
    expect(JSON.parse(errorLine(null, error))).toMatchObject({
      type: "error",
      schema: 1,
      command: null,
      ok: false,
      code: "file.missing",
      message: "No.",
      hint: "Do.",
      details: { cause: { message: "why" } },
      exitCode: 2,
    });
  });

  it("keeps old names off stdout", () => {
    const host = testCliHost();
    createPlainOutput(host, { json: true, debug: false }).oldName("x");
    expect(host.out()).toBe("");
    expect(host.err()).toBe("Warning: Deprecated: x\n");
  });
});

describe("runCli without a chip", () => {
  const run = async (argv: readonly string[], options: Parameters<typeof testCliHost>[0] = {}) => {
    const host = testCliHost(options);
    return { code: await runCli(argv, host), out: host.out(), err: host.err() };
  };

  it("shows the version", async () => {
    expect(await run(["version"])).toEqual({
      code: 0,
      out: "esptool v5.3.1 (esptool-ts v0.1.0)\n5.3.1\nesptool-ts 0.1.0\n",
      err: "",
    });
    expect(await run(["--silent", "version"])).toEqual({ code: 0, out: "", err: "" });
    const { out } = await run(["version", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ ok: true, version: "0.1.0", compatibleWith: "5.3.1" });
  });

  it("shows help: asked for it is an answer, without a command an error", async () => {
    const asked = await run(["--help"]);
    expect(asked).toMatchObject({ code: 0, err: "" });
    expect(await run(["-h"])).toEqual(asked);
    expect(await run([])).toEqual({ ...asked, code: 2 });
    const own = await run(["read_flash", "--help"]);
    expect(own.code).toBe(0);
    expect(own.out).toMatch(/^Warning: Deprecated: .*\nesptool v5.3.1 .*\nUsage: esptool \[options\] read-flash/);
    expect(JSON.parse((await run(["--json", "--help"])).out)).toMatchObject({ ok: true, command: "help" });
  });

  it("prints warnings of old names before the banner, even with --silent", async () => {
    const { out } = await run(["--silent", "--before", "default_reset", "read_mac"]);
    expect(out).toBe(
      "Warning: Deprecated: Command 'read_mac' is deprecated. Use 'read-mac' instead.\n" +
        "Warning: Deprecated: Choice 'default_reset' for option '--before' is deprecated. Use 'default-reset' instead.\n",
    );
  });

  it.each<[string[], string, boolean]>([
    [["writ-flash"], "argument.invalid", false],
    [["burn-efuse"], "argument.invalid", false],
    [["toString"], "argument.invalid", false],
    [["--no_stub", "read-mac"], "argument.invalid", false],
    [["--chip"], "argument.invalid", false],
    [["--chip", "esp99", "read-mac"], "argument.unknown-chip", true],
    [["--baud", "fast", "read-mac"], "argument.invalid", true],
    [["read-mac", "extra"], "argument.invalid", true],
    [["write-flash"], "argument.invalid", true],
    [["write-flash", "0x0"], "argument.invalid", true],
    [["write-flash", "010", "a"], "argument.invalid", true],
    [["write-flash", "-fs4MB", "0", "a"], "argument.invalid", true],
    [["write-flash", "-z", "-u", "0", "a"], "argument.conflict", true],
    [["-s", "-v", "read-mac"], "argument.conflict", false],
    [["-s", "-t", "read-mac"], "argument.conflict", false],
    [["read-mac", "-v", "--silent"], "argument.conflict", false],
    [["read-flash", "0", "4Kb", "x"], "argument.invalid", true],
    [["virtual-chip", "--tcp", "0"], "argument.invalid", true],
    [["virtual-chip", "--chip", "esp32"], "argument.invalid", true],
  ])("refuses %j", async (argv, code, hasBanner) => {
    const text = await run(argv);
    expect(text.code).toBe(2);
    expect(text.err).toContain("A fatal error occurred: ");
    expect(text.err).toContain(`  code: ${code}\n`);
    expect(text.err).not.toMatch(/^\s+at /m);
    expect(text.out.startsWith("esptool v")).toBe(hasBanner);
    const json = await run([...argv, "--json"]);
    expect(json.code).toBe(2);
    expect(json.err).toBe("");
    expect(JSON.parse(json.out)).toMatchObject({ type: "error", ok: false, exitCode: 2 });
  });

  it("lists ports and says why one is not usable", async () => {
    const ports = [
      { path: "/dev/ttyUSB0", usbVendorId: 0x10c4, usbProductId: 0xea60, product: "CP2102", rank: 2, likely: true },
      { path: "/dev/ttyS0", rank: 0, likely: false, usable: false, reason: "no permission" },
    ].map((port) => ({ usable: true, ...port }));
    const { out, code } = await run(["ports"], { ports });
    expect(code).toBe(0);
    expect(out).toContain("/dev/ttyUSB0  CP2102, USB 10c4:ea60\n");
    expect(out).toContain("/dev/ttyS0    not a USB device\n");
    expect(out).toContain("not usable: no permission\n");
    expect(JSON.parse((await run(["ports", "--json"], { ports })).out).ports).toHaveLength(2);
    expect((await run(["ports"])).out).toContain("no serial ports");
  });

  it("reports the candidates when no port stands out", async () => {
    const port = (path: string) => ({ path, usable: true, rank: 3, likely: true });
    const two = await run(["read-mac"], { ports: [port("/dev/a"), port("/dev/b")] });
    expect(two.out).toContain("Found 2 serial ports...");
    expect(two.err).toContain("code: port.ambiguous");
    expect(two.err).toContain("/dev/a");
    const none = await run(["read-mac"]);
    expect(none.out).toContain("Found 0 serial ports...");
    expect(none).toMatchObject({ code: 2 });
  });
});
