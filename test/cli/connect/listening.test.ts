import { describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/run-cli.ts";
import { runEspefuse } from "../../../src/cli/run-espefuse.ts";
import { connect, connectRepeatedly, disconnect, type Port } from "../../../src/index.ts";
import { virtualChip } from "../../../src/virtual.ts";
import { type CliHostOptions, testCliHost } from "../../support/cli-host.ts";
import { delegatePort } from "../../support/port/delegate-port.ts";

const TERMINAL: CliHostOptions = { isTTY: true, hasKeyboard: true, columns: 100 };
const LISTENING = "I am listening";
/** The auto-program circuit is missing: only a person gets this chip into its loader. */
const BY_HAND = "virtual:esp32c3,circuit=none,app=tick";

async function run(argv: readonly string[], options: CliHostOptions = {}) {
  const host = testCliHost(options);
  const code = await runCli(argv, host);
  return { code, out: host.out(), err: host.err(), host };
}

describe("a failed connection on a terminal", () => {
  it("goes on by itself when somebody holds BOOT and taps RESET", async () => {
    const { code, out, err } = await run(["--port", `${BY_HAND},boot-button=30000`, "read-mac"], TERMINAL);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out.replaceAll(/\s+/g, " ")).toContain("the reset or boot line does not reach it");
    expect(out).toContain("Hold BOOT, tap RESET, release BOOT: I am listening");
    expect(out.split(LISTENING)).toHaveLength(2);
    expect(out.indexOf("MAC:")).toBeGreaterThan(out.indexOf(LISTENING));
    // No word for each of the many times that nobody answered.
    expect(out.slice(out.indexOf(LISTENING))).not.toContain("no answer yet");
  });

  it("names the pin of the chip that is meant, and what else may help", async () => {
    const { out } = await run(["--chip", "esp32c3", "--port", "virtual:esp32c3,circuit=none", "read-mac"], TERMINAL);
    expect(out).toContain("Hold BOOT (GPIO9 to ground), tap RESET, release BOOT: I am listening");
    expect(out).toContain("Check power, ground and the TX and RX wires");
  });

  it("ends after two minutes with the first error", async () => {
    const { code, out, err, host } = await run(["--port", BY_HAND, "read-mac"], TERMINAL);
    expect(code).toBe(2);
    expect(out).toContain(LISTENING);
    expect(err).toContain("code: connect.wrong-boot-mode");
    expect(err).toContain("reset, 50 ms x ");
    expect(host.openedPorts).toHaveLength(1);
  });

  it("does not wait longer than it says", async () => {
    const late = await run(["--port", `${BY_HAND},boot-button=200000`, "read-mac"], TERMINAL);
    expect(late.code).toBe(2);
  });

  it.each<[string, readonly string[], CliHostOptions]>([
    ["where nobody sees it", [], { ...TERMINAL, isTTY: false }],
    ["where nobody types", [], { ...TERMINAL, hasKeyboard: false }],
    ["in continuous integration", [], { ...TERMINAL, env: { CI: "true" } }],
    ["with --json", ["--json"], TERMINAL],
    ["with --silent", ["--silent"], TERMINAL],
    ["with --wait", ["--wait", "1"], TERMINAL],
  ])("ends at once %s", async (_where, words, options) => {
    const { code, out } = await run([...words, "--port", `${BY_HAND},boot-button=30000`, "read-mac"], options);
    expect(code).not.toBe(0);
    expect(out).not.toContain(LISTENING);
  });

  it.each([
    ["a cable that echoes", "virtual:esp32c3,wiring=echo"],
    ["a wire that is missing", "virtual:esp32c3,wiring=no-tx"],
    ["a port that is not there", "virtual:esp32c3,appears-after=60000"],
  ])("ends at once for %s: no button mends it", async (_what, port) => {
    const { code, out } = await run(["--port", port, "read-mac"], TERMINAL);
    expect(code).not.toBe(0);
    expect(out).not.toContain(LISTENING);
  });

  it("ends with Ctrl-C", async () => {
    const host = testCliHost(TERMINAL);
    const write = host.stdout.write.bind(host.stdout);
    host.stdout.write = (text) => {
      write(text);
      if (text.includes(LISTENING)) host.interrupt();
    };
    expect(await runCli(["--port", BY_HAND, "read-mac"], host)).toBe(130);
    expect(host.out()).toContain(LISTENING);
  });
});

describe("--wait", () => {
  it("waits for the port to appear", async () => {
    const port = "virtual:esp32c3,appears-after=20000";
    expect((await run(["--port", port, "read-mac"])).code).not.toBe(0);
    const waited = await run(["--wait", "30", "--port", port, "read-mac"]);
    expect(waited.err).toBe("");
    expect(waited.code).toBe(0);
    expect(waited.out).toContain("MAC:");
    expect((await run(["--port", port, "read-mac"], { env: { ESPTOOL_WAIT: "30" } })).code).toBe(0);
  });

  it("waits no longer than it is told, and 0 is for ever", async () => {
    const port = "virtual:esp32c3,appears-after=400000";
    const waited = await run(["--wait", "30", "--port", port, "read-mac"]);
    expect(waited.code).not.toBe(0);
    expect(waited.err).toContain("code: port.missing");
    expect((await run(["--wait", "0", "--port", port, "read-mac"])).code).toBe(0);
  });

  it.each([
    ["--wait", "--port", "virtual:esp32c3,appears-after=400000", "read-mac"],
    ["--port", "virtual:esp32c3,appears-after=400000", "--wait", "read-mac"],
    ["--port", "virtual:esp32c3,appears-after=400000", "read-mac", "--wait"],
    ["--port", "virtual:esp32c3,appears-after=400000", "read-mac", "--wait", "500"],
    ["--port", "virtual:esp32c3,appears-after=400000", "dump-mem", "--wait", "0x40000000", "4", "-"],
  ])("waits until it works where no seconds are said: %s %s %s %s", async (...words) => {
    const { code, out, err } = await run(words);
    expect(code).toBe(0);
    expect(out + err).toContain("Hard resetting");
  });

  it("is for eFuses, too, between several commands of a line", async () => {
    const port = "virtual:esp32c3,appears-after=400000";
    const burn = async (...words: readonly string[]) => {
      const host = testCliHost();
      return { code: await runEspefuse(words, host), out: host.out(), err: host.err() };
    };
    expect((await burn("--port", port, "summary")).err).toContain("port.missing");
    const { code, out } = await burn("--no-memory", "--port", port, "check-error", "--wait", "get-custom-mac");
    expect(code).toBe(0);
    expect(out).toContain('=== Run "get-custom-mac" command ===');
  });

  it("waits for a board to be plugged in where no port is named", async () => {
    const host = testCliHost({ ports: [] });
    let asked = 0;
    host.listPorts = async () =>
      ++asked < 4 ? [] : [{ path: "virtual:esp32c3", usable: true, rank: 3, likely: true, usbVendorId: 0x303a }];
    expect(await runCli(["--wait", "30", "read-mac"], host)).toBe(0);
    expect(asked).toBe(4);
    expect(host.out().split("serial ports...")).toHaveLength(2);
  });

  it("waits for a chip that somebody puts into download mode", async () => {
    const { code } = await run(["--wait", "60", "--port", `${BY_HAND},boot-button=30000`, "read-mac"]);
    expect(code).toBe(0);
  });

  it.each(["soon", "", "1.5"])("does not take '%s'", async (value) => {
    const { code, err } = await run([`--wait=${value}`, "--port", "virtual:esp32c3", "read-mac"]);
    expect(code).not.toBe(0);
    expect(err).toContain("--wait");
  });
});

describe("patience", () => {
  it("is measured by the port's own clock, and each attempt counts", async () => {
    const chip = virtualChip("esp32c3", { plugsInAfterMs: 3_600_000 });
    const attempts: number[] = [];
    const connecting = connectRepeatedly(async () => chip.port, {
      patienceMs: 10_000,
      onEvent: ({ type }) => void (type === "connect.retrying" && attempts.push(chip.clock.now())),
    });
    await expect(connecting).rejects.toMatchObject({ code: "port.missing" });
    expect(attempts.length).toBeGreaterThan(90);
    expect(attempts.at(-1)).toBeLessThan(10_000);
  });

  it("has an end where each attempt takes long, too", async () => {
    const chip = virtualChip("esp32c3", { circuit: "none" });
    let made = 0;
    const makePort = async (): Promise<Port> => {
      made++;
      return delegatePort(chip.port, {});
    };
    await expect(connectRepeatedly(makePort, { patienceMs: 10_000 })).rejects.toMatchObject({
      code: expect.stringMatching(/^connect\./),
    });
    expect(made).toBeLessThan(4);
  });
});

describe("somebody at a virtual board", () => {
  it("gets the chip into its loader, and lets the buttons go", async () => {
    const chip = virtualChip("esp32c3", { circuit: "none", bootButtonAfterMs: 10 });
    const session = await connect(chip.port, { before: "no-reset" });
    await disconnect(session, { reset: "no-reset" });
    expect(chip.log.map(({ event }) => event)).toContain("start-download");
    expect(chip.bootButton.pressed).toBe(false);
  });
});
