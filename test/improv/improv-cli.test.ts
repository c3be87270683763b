import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";
import { until } from "../support/port/ports.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const SECRET = "correct horse";

async function run(argv: readonly string[], options: Parameters<typeof testCliHost>[0] = {}) {
  const host = testCliHost(options);
  const code = await runCli(argv, host);
  return { code, out: host.out(), err: host.err() };
}
const at = (kind: string): string[] => ["--port", `virtual:esp32c3,${kind}`];

describe("esptool improv", () => {
  it("tells the state, with the address where there is one", async () => {
    const ready = await run([...at("improv=ready"), "improv", "state", "--baud", "115200"]);
    expect([ready.code, ready.out]).toEqual([0, expect.stringContaining("It has no Wi-Fi, and takes one.")]);
    const there = await run([...at("improv=provisioned"), "--json", "improv", "state"]);
    const result = JSON.parse(there.out.trim().split("\n").at(-1) ?? "");
    expect(result).toMatchObject({ state: "provisioned", urls: ["http://192.168.4.2/"] });
  });

  it("tells what the firmware is, with its log beside it", async () => {
    const { code, out, err } = await run([
      ...at("improv=ready,app=working"),
      "improv",
      "info",
      "--log",
      "--reset",
      "--wait",
      "10",
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(/Firmware: +Virtual firmware 1\.0\.0\nChip: +ESP32-C3\nName: +Virtual chip/);
    expect(err).toContain("working\n");
    expect(err).not.toContain("IMPROV");
  });

  it("lists networks", async () => {
    const { out } = await run([...at("improv=ready"), "improv", "scan"]);
    expect(out).toMatch(/-52 dBm +WPA2 +Home\n +-71 dBm +WPA2\/WPA3 +Café ☕\n +-80 dBm +open +open net/);
  });

  it("gives a Wi-Fi with a password from a file, and shows it nowhere", async () => {
    const files = { "wifi.txt": bytes(`${SECRET}\nmore\n`) };
    const { code, out, err } = await run(
      [...at("improv=ready"), "improv", "wifi", "Home", "--password-file", "wifi.txt"],
      { files },
    );
    expect([code, out]).toEqual([0, expect.stringContaining("Its page: http://192.168.4.2/")]);
    for (const more of [[], ["--json"], ["--verbose"], ["--trace"]]) {
      const shown = await run(
        [...more, ...at("improv=ready"), "improv", "wifi", "Home", "--password-file", "wifi.txt", "--log"],
        { files },
      );
      const text = out + err + shown.out + shown.err;
      expect(text).not.toContain(SECRET);
      expect(text.toLowerCase()).not.toContain(Buffer.from(SECRET).toString("hex"));
    }
  });

  it("asks for the password on a terminal without showing it", async () => {
    const host = testCliHost({
      hasKeyboard: true,
      isTTY: true,
      port: virtualChip("esp32c3", { improv: "ready" }).port,
    });
    const running = runCli(["--port", "x", "improv", "wifi", "Home"], host);
    await until(() => host.err().includes("Password of 'Home': "));
    await host.type(`${SECRET}\r`);
    expect(await running).toBe(0);
    expect(host.out() + host.err()).not.toContain(SECRET);
  });

  it("gives an open network, and tells of one that it cannot join", async () => {
    expect((await run([...at("improv=ready"), "improv", "wifi", "open net", "--open"])).code).toBe(0);
    const files = { "short.txt": bytes("short") };
    const failed = await run([...at("improv=ready"), "improv", "wifi", "Home", "--password-file", "short.txt"], {
      files,
    });
    expect([failed.code, failed.err]).toEqual([2, expect.stringContaining("improv.cannot-connect")]);
    expect(failed.err).not.toContain("short\n");
  });

  it.each([
    ["neither password nor terminal", ["improv", "wifi", "Home"], "argument.invalid"],
    ["both a password and none", ["improv", "wifi", "Home", "--open", "--password-file", "x"], "argument.conflict"],
    ["a name that no network has", ["improv", "wifi", "x".repeat(33), "--open"], "argument.invalid"],
    ["a file that is not there", ["improv", "wifi", "Home", "--password-file", "none.txt"], "file.missing"],
  ])("refuses %s", async (_what, argv, code) => {
    const { err } = await run([...at("improv=ready"), ...argv]);
    expect(err).toContain(code);
  });

  it("says so when the firmware does not speak Improv", async () => {
    const { code, err } = await run([...at("app=hello"), "improv", "info"]);
    expect([code, err]).toEqual([2, expect.stringContaining("improv.timeout")]);
  });
});
