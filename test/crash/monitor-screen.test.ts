/** What a person does at the monitor: freezes it, searches, sends; what it colours, logs and asks the chip for. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { sleep } from "../../src/core/clock.ts";
import { virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";
import { monitor } from "../support/monitor-terminal.ts";

const MENU = "\u0014";
const ESCAPE = "\u001b";
const text = (value: unknown): string => Buffer.from(value as Uint8Array).toString();

describe("a frozen screen", () => {
  it("shows nothing until it goes on, and then all of it; the log goes on meanwhile", async () => {
    const { host, type, exit } = await monitor(["monitor", "--log", "a.log"]);
    await type(`${MENU}y`, 100);
    const before = host.out();
    await type("", 5000);
    expect(host.out()).toBe(before);
    expect(text(host.stored.get("a.log")).match(/tick/g)).toHaveLength(5);
    await type(`${MENU}y`, 100);
    expect(host.out()).toBe("tick\n".repeat(5));
    expect((await exit()).err).toContain("--- The screen is frozen; Y in the menu goes on.");
  });

  it("loses nothing at the end of the session, and says what was too much", async () => {
    const first = await monitor(["monitor"]);
    await first.type(`${MENU}y`, 5100);
    expect((await first.exit()).out).toBe("tick\n".repeat(5));
    const much = await monitor(["monitor"], { chip: { appText: `${"x".repeat(40_000)}\r\n`, appEveryMs: 4000 } });
    await much.type(`${MENU}y`, 130_000);
    const { out, err } = await much.exit();
    expect(out.length).toBeLessThanOrEqual(1024 * 1024);
    expect(err).toMatch(/--- \d+ characters before were too many to be kept\./);
  });
});

describe("searching", () => {
  const chip = { appText: "I (1) wifi: one\r\nE (2) app: two\r\n", appEveryMs: 60_000 };

  it("tells the lines with the words in them, capitals or not", async () => {
    const { type, exit } = await monitor(["monitor", "--reset"], { chip });
    await type("", 2000);
    await type(`${MENU}/WIFI\r`);
    await type(`${MENU}/nothing\r`);
    await type(`${MENU}/\r`);
    const { err } = await exit();
    expect(err).toContain("--- 1 line with 'WIFI':\n--- 1 line ago: I (1) wifi: one\n");
    expect(err).toContain("--- 0 lines with 'nothing'.\n");
    expect(err).toContain("--- Nothing is done.");
  });

  it("shows the last ones of many", async () => {
    const { type, exit } = await monitor(["monitor"]);
    await type("", 30_500);
    await type(`${MENU}/tick\r`);
    const { err } = await exit();
    expect(err).toContain("30 lines with 'tick'; the last 20 of them:");
    expect(err.match(/lines ago: tick/g)).toHaveLength(18);
    expect(err).toMatch(/1 line ago: tick[\s\S]*the last line: tick/);
  });
});

describe("sending", () => {
  const chip = { wiring: "echo" } as const;

  it("sends a line, a file, and nothing when it is given up", async () => {
    const files = { "config.txt": new TextEncoder().encode("set a 1\nset b 2\n") };
    const { chip: board, type, exit } = await monitor(["monitor"], { chip, files });
    await type(`${MENU}sreboot\r`);
    expect(board.counters.hostBytes).toBe(7);
    await type(`${MENU}s@config.txt\r`);
    expect(board.counters.hostBytes).toBe(23);
    await type(`${MENU}sno${ESCAPE}`);
    await type(`${MENU}s@gone.txt\r`);
    expect(board.counters.hostBytes).toBe(23);
    const { out, err } = await exit();
    expect(out).toContain("set a 1\nset b 2\n");
    expect(err).toContain("--- Sent 16 bytes of config.txt.");
    expect(err).toContain("gone.txt");
  });
});

describe("the help of the keys", () => {
  it("lists every key that does something", async () => {
    const { type, exit } = await monitor(["monitor"]);
    await type(`${MENU}h`);
    const { err } = await exit();
    for (const key of ["Ctrl-]", "Ctrl-T", "H", "R", "P", "F, A", "Y", "/", "S", "L", "I", "X"])
      expect(err).toMatch(new RegExp(`^--- +${key.replace(/[/\]]/g, "\\$&")} {2}`, "m"));
  });
});

describe("colours", () => {
  const chip = {
    appText:
      "I (1) a: good\r\nW (2) a: hm\r\nE (3) a: bad\r\nplain\r\nD (4) a: more\r\n\u001b[0;35mE (5) a: own\u001b[0m\r\n",
    appEveryMs: 60_000,
  };

  it("are given to logs that have none, on a terminal", async () => {
    const shown = await monitor(["monitor", "--reset", "--log", "a.log"], { chip, isTTY: true });
    await sleep(shown.clock, 2000);
    const { out } = await shown.exit();
    expect(out).toContain("\u001b[32mI (1) a: good\u001b[0m\n");
    expect(out).toContain("\u001b[33mW (2) a: hm\u001b[0m\n");
    expect(out).toContain("\u001b[31mE (3) a: bad\u001b[0m\nplain\nD (4) a: more\n");
    expect(out).toContain("\n\u001b[0;35mE (5) a: own\u001b[0m\n");
    // The log is the device's.
    expect(text(shown.host.stored.get("a.log"))).toContain("\nE (3) a: bad\n");
  });

  it("are not given into a pipe, nor with NO_COLOR", async () => {
    for (const options of [{}, { isTTY: true, env: { NO_COLOR: "1" } }]) {
      const shown = await monitor(["monitor", "--reset"], { chip, ...options });
      await sleep(shown.clock, 2000);
      expect((await shown.exit()).out).toContain("\nE (3) a: bad\n");
    }
  });
});

describe("a core dump on the console", () => {
  const log = readFileSync("test/fixtures/crash/core-01-esp32c3-elf-crc/input.txt", "latin1");
  const chip = (appText: string) => ({ appText, appEveryMs: 60_000 });
  const prompt = "I (9) esp_core_dump_uart: Press Enter to print core dump to UART...";

  it("is asked for when the chip offers it, and explained", async () => {
    const { chip: board, clock, exit } = await monitor(["monitor", "--reset"], { chip: chip(log) });
    await sleep(clock, 5000);
    const { out, err } = await exit();
    expect(board.counters.hostBytes).toBe(1);
    expect(err).toContain("--- The chip offers its core dump; it is asked for it.");
    expect(err).toContain("--- Core dump of an ESP32-C3, version 1.2: its checksum is right.");
    expect(err).toContain("--- Crashed task: main (0x3fc8ec30)");
    expect(out).toContain("CORE DUMP START");
  });

  it("is asked for where the offer has no end of its line, and not with --decode off", async () => {
    for (const [words, bytes] of [
      [["monitor", "--reset"], 1],
      [["monitor", "--reset", "--decode=off"], 0],
    ] as const) {
      const { chip: board, clock, exit } = await monitor(words, { chip: chip(prompt) });
      await sleep(clock, 3000);
      await exit();
      expect(board.counters.hostBytes).toBe(bytes);
    }
  });

  it("is told as far as it came when it is cut off", async () => {
    const cut = log.slice(0, Math.floor(log.length * 0.7));
    const { clock, exit } = await monitor(["monitor", "--reset"], { chip: chip(`${cut}\r\n`) });
    await sleep(clock, 5000);
    expect((await exit()).err).toMatch(/^--- Core dump of an ESP32-C3.* bytes are missing/m);
    const hopeless = await monitor(["monitor", "--reset"], {
      chip: chip("===== CORE DUMP START =====\r\nAAAA\r\n===== CORE DUMP END =====\r\n"),
    });
    await sleep(hopeless.clock, 5000);
    expect((await hopeless.exit()).err).toContain("--- It could not be explained: The core dump is shorter");
  });

  it("is an object with --json", async () => {
    const { clock, exit } = await monitor(["--json", "monitor", "--reset"], { chip: chip(log) });
    await sleep(clock, 5000);
    const objects = (await exit()).out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string });
    expect(objects.filter(({ type }) => type === "core-dump")).toMatchObject([{ checksum: "right", hasElf: true }]);
    expect(objects.filter(({ type }) => type === "boot")).toMatchObject([{ reset: { code: 1 } }]);
  });
});

describe("--log-as device", () => {
  it("keeps what the chip printed, with neither times nor explanations", async () => {
    const chip = {
      appText: readFileSync("test/fixtures/crash/rv-01-load-fault-os-d5/input.txt", "latin1"),
      appEveryMs: 60_000,
    };
    for (const kind of ["device", "shown"]) {
      const words = ["monitor", "--reset", "--timestamps", "--log", "a.log", "--log-as", kind];
      const { clock, exit, host } = await monitor(words, { chip });
      await sleep(clock, 3000);
      expect((await exit()).err).toContain("--- Load access fault");
      const log = text(host.stored.get("a.log"));
      expect(log.includes("--- Load access fault")).toBe(kind === "shown");
      expect(/^2026.* rst:0x/m.test(log)).toBe(kind === "shown");
      expect(log).toMatch(/rst:0x1/);
    }
  });
});

describe("--binary-log", () => {
  const bytes = readFileSync("test/fixtures/crash/binlog-01-embedded/input.bin");
  const app = readFileSync("test/fixtures/crash/elf/c3-os-d5.elf");

  it("shows frames as lines, and what only begins like one as it is", async () => {
    const host = testCliHost({
      files: { "app.elf": app, "bootloader.elf": app },
      port: virtualChip("esp32", { wiring: "echo" }).port,
      input: new Uint8Array(bytes),
    });
    const elfs = ["--elf", "app.elf", "--elf", "bootloader.elf"];
    expect(await runCli(["-p", "x", "monitor", "--timeout", "2", "--binary-log", ...elfs], host)).toBe(0);
    const out = host.out();
    expect(out).toContain("\nI (1234) wifi: connected to my-ap, rssi -61\n");
    expect(out).toContain("\nplain text between\n");
    expect(out).toContain("D (7) t: no args here at all\n");
  });

  it("needs good ELF files", async () => {
    const host = testCliHost({ files: { "no.elf": new Uint8Array(100) } });
    expect(await runCli(["-p", "virtual:esp32", "monitor", "--binary-log", "--elf", "no.elf"], host)).toBe(2);
  });
});
