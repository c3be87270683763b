/** The monitor on a virtual chip whose program crashes. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CrashWatch, type Explaining } from "../../src/cli/monitor/crash-watch.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { type CrashReport, crashReader, debugInfo, decodeBoot, decodeCrash, readCoreDump } from "../../src/crash.ts";
import { monitor } from "../../src/index.ts";
import { portFromString } from "../../src/node.ts";
import { virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";
import { crashProgram } from "../support/crash/programs.ts";

const HELLO = readFileSync("examples/hello-esp32c3/hello.elf");
const CRASHING = new Uint8Array(readFileSync("examples/crash-esp32c3/crash.elf"));
const PANIC = readFileSync("test/fixtures/crash/rv-01-load-fault-os-d5/input.txt", "latin1");
const FILES = {
  "hello.elf": HELLO,
  "app.elf": crashProgram("c3-os-d5.elf") ?? new Uint8Array(0),
  "other.elf": crashProgram("c3-os-d4.elf") ?? new Uint8Array(0),
};

async function watch(line: string, appText: string) {
  const chip = virtualChip("esp32c3", { appText, appEveryMs: 20_000 });
  const host = testCliHost({ files: FILES, port: chip.port });
  const code = await runCli(["-p", "x", ...line.split(" ")], host);
  const objects = (): Readonly<Record<string, unknown>>[] =>
    host
      .out()
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text));
  return { code, out: host.out(), err: host.err(), objects, stored: host.stored };
}

describe("monitor --elf", () => {
  it("explains a crash on stderr, and stdout is the device's alone", async () => {
    const plain = await watch("monitor --reset --timeout 3", PANIC);
    const { code, out, err, stored } = await watch("monitor --reset --timeout 3 --elf app.elf --log kept.log", PANIC);
    expect([code, out]).toEqual([0, plain.out]);
    expect(out).toContain("Guru Meditation");
    expect(err).toContain("--- Load access fault on core 0: ");
    for (const name of ["sensor_read", "app_main", "main_task"]) expect(err).toMatch(new RegExp(`^--- .*${name}`, "m"));
    expect(plain.err).not.toContain("sensor_read");
    expect(Buffer.from(stored.get("kept.log") as Uint8Array).toString()).toMatch(/^--- .*sensor_read/m);
  });

  it("does not with --decode off, and needs no ELF file with --decode on", async () => {
    expect((await watch("monitor --reset --timeout 3 -e app.elf --decode=off", PANIC)).err).not.toContain("--- Load");
    expect((await watch("monitor --reset --timeout 3 --decode=on", PANIC)).err).toContain("--- Load access fault");
  });

  it("tells of a crash that is cut off after a second", async () => {
    const cut = PANIC.slice(0, PANIC.indexOf("3fc82000"));
    const { err } = await watch("monitor --reset --timeout 3 --elf app.elf", cut);
    expect(err).toContain("sensor_read");
    expect(err.match(/--- Load access fault/g)).toHaveLength(1);
  });

  it("says once that the program is another one", async () => {
    const { err } = await watch("monitor --reset --timeout 3 --elf other.elf", PANIC + PANIC);
    expect(err.match(/another program/g)).toHaveLength(1);
    expect(err.match(/--- Load access fault/g)).toHaveLength(2);
  });

  it("gives an object a line and one a crash", async () => {
    const { code, objects } = await watch("--json monitor --reset --timeout 3 --elf app.elf", PANIC);
    expect(code).toBe(0);
    expect(objects().filter(({ type }) => type === "crash")).toMatchObject([{ match: "proved", dump: { core: 0 } }]);
    expect(objects().filter(({ type }) => type === "line").length).toBeGreaterThan(30);
  });
});

const APP = "I (1) app: one\r\nE (2) wifi: two\r\nnote three\r\nready> ";

describe("monitor for scripts", () => {
  it.each<[string, number, string | null]>([
    ["--until two", 0, null],
    ["--until ready> --timeout 5", 0, null],
    ["--until never --timeout 2", 2, "monitor.not-seen"],
    ["--expect one --expect three --timeout 5", 0, null],
    ["--expect one --expect never --timeout 2", 2, "monitor.not-seen"],
    ["--expect three --until one --timeout 2", 2, "monitor.not-seen"],
    ["--fail-on wifi --until three --timeout 5", 2, "monitor.unwanted-line"],
    ["--fail-on never --timeout 2", 0, null],
    ["--until ( --timeout 2", 2, "argument.invalid"],
  ])("%s: exit code %i", async (options, expected, error) => {
    const { code, objects } = await watch(`--json monitor --reset ${options}`, APP);
    expect([code, objects().at(-1)?.["code"] ?? null]).toEqual([expected, error]);
  });

  it("shows what the filter lets through", async () => {
    const chip = virtualChip("esp32c3", { appText: APP, appEveryMs: 20_000 });
    const host = testCliHost({ port: chip.port });
    const args = ["-p", "x", "monitor", "--reset", "--timeout", "2", "--print-filter", "*:E app:I"];
    expect(await runCli(args, host)).toBe(0);
    expect(host.out()).toContain("E (2) wifi: two");
    expect(host.out()).toContain("I (1) app: one");
    const none = await watch("monitor --reset --timeout 2 --print-filter app:E", APP);
    expect(none.out).toBe("");
    expect((await watch("monitor --timeout 1 --print-filter a:b:c", APP)).code).toBe(2);
  });

  it.each([
    ["start", /^ +\d\.\d{3} E \(2\) wifi: two$/m],
    ["difference", /^ +\+\d\.\d{3} E \(2\) wifi: two$/m],
    ["date", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} E \(2\) wifi: two$/m],
  ])("has timestamps as %s", async (kind, line) => {
    expect((await watch(`monitor --reset --timeout 2 --timestamps-as ${kind}`, APP)).out).toMatch(line);
  });
});

describe("a virtual chip with crash=", () => {
  it.each([
    ["riscv", "Load access fault", ["print_on_uart", "hello"]],
    ["stack", "Load access fault", ["deref", "checked", "sensor_read", "app_main", "main_task"]],
    ["xtensa", "LoadProhibited", []],
  ] as const)("prints a panic of %s, which the library decodes", async (kind, reason, names) => {
    const port = await portFromString(`virtual:esp32c3,crash=${kind}`);
    const reader = crashReader({ programs: [debugInfo(HELLO), debugInfo(CRASHING)] });
    const reports: CrashReport[] = [];
    const running = await monitor(port, {
      onLine: ({ text }) => reports.push(...reader.push(`${text}\n`)),
      reset: true,
    });
    await new Promise<void>((resolve) => void port.clock.after(3000, resolve));
    await running.close();
    expect(reports).toHaveLength(1);
    expect(reports[0]?.dump.reasonText).toBe(reason);
    const frames = [
      ...(reports[0]?.addresses ?? []),
      ...(reports[0]?.threads.flatMap((thread) => thread.frames) ?? []),
    ];
    const found = frames.flatMap(({ location }) => location?.frames.map(({ functionName }) => functionName) ?? []);
    if (kind !== "xtensa") expect(reports[0]?.match).toBe("proved");
    for (const name of names) expect(found).toContain(name);
  });
});

describe("a crash that is cut off", () => {
  it("is told after a second of silence, not at the end of the session alone", async () => {
    const { clock } = virtualChip("esp32c3");
    const told: CrashReport[] = [];
    const explaining: Explaining = {
      crash: async (dump) => decodeCrash(dump, []),
      boot: async (start) => decodeBoot(start, []),
      coreDump: async (bytes) => readCoreDump(bytes),
      listen: () => {},
    };
    const watching = new CrashWatch(clock, explaining, {
      crash: (report) => told.push(report),
      boot: () => {},
      coreDump: () => {},
      prompted: () => {},
      skipped: () => expect.unreachable(),
      found: () => {},
      failed: expect.unreachable,
    });
    for (const line of PANIC.slice(0, PANIC.indexOf("3fc82000")).split("\r\n")) watching.line(line, 0);
    const pass = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
    await pass(900);
    expect(told).toEqual([]);
    await pass(200);
    expect(told.map(({ dump }) => dump.isComplete)).toEqual([false]);
  });
});

describe("crashes that come faster than they are explained", () => {
  it("do not pile up: some wait, the others are counted, and it goes on", async () => {
    const { clock } = virtualChip("esp32c3");
    let answer = (): void => {};
    const ready = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const told: string[] = [];
    const explaining: Explaining = {
      crash: async (dump) => {
        await ready;
        return decodeCrash(dump, []);
      },
      boot: async (start) => decodeBoot(start, []),
      coreDump: async (bytes) => readCoreDump(bytes),
      listen: () => {},
    };
    const watching = new CrashWatch(clock, explaining, {
      crash: () => told.push("crash"),
      boot: () => told.push("boot"),
      coreDump: () => {},
      prompted: () => {},
      skipped: (count) => told.push(`${count} skipped`),
      found: () => {},
      failed: expect.unreachable,
    });
    const crash = (): void => {
      for (const line of PANIC.split("\r\n")) watching.line(line, 0);
    };
    for (let count = 0; count < 1000; count++) crash();
    answer();
    await watching.settled();
    expect(told).toEqual([...Array(64).fill("crash"), "936 skipped"]);
    crash();
    await watching.settled();
    expect(told.slice(65)).toEqual(["crash"]);
  });
});
