import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/run-cli.ts";
import { serialPlatform } from "../../../src/node/system/platform.ts";
import { type ComputerFacts, examine, lookAtComputer, type PortFacts } from "../../../src/node.ts";
import { testCliHost } from "../../support/cli-host.ts";

const PORT: PortFacts = { path: "/dev/ttyUSB0", access: "allowed", group: "dialout" };
const FACTS: ComputerFacts = {
  platform: "linux",
  nodeVersion: "22.14.0",
  hasSerialDriver: true,
  ports: [PORT],
  grabbers: [],
};
const withPort = (changes: Partial<PortFacts>): Partial<ComputerFacts> => ({ ports: [{ ...PORT, ...changes }] });

describe("a computer's facts", () => {
  it("give no findings where nothing is wrong", () => {
    expect(examine(FACTS)).toEqual({ findings: [], unseen: [] });
    expect(examine({ ...FACTS, ...withPort({ latencyMs: 1 }) }).findings).toEqual([]);
  });

  it.each<[string, Partial<ComputerFacts>, string, string | undefined]>([
    ["no right", withPort({ access: "denied" }), "port.denied", "sudo usermod -a -G dialout $USER"],
    ["no group", withPort({ access: "denied", group: "root" }), "port.denied", "sudo chmod a+rw /dev/ttyUSB0"],
    ["no device", withPort({ access: "absent" }), "port.absent", "docker run --device=/dev/ttyUSB0 -it IMAGE"],
    ["a busy port", withPort({ holder: { processId: 42, name: "minicom" } }), "port.busy", "kill 42"],
    [
      "a slow adapter",
      withPort({ latencyMs: 16 }),
      "port.slow",
      "echo 1 | sudo tee /sys/bus/usb-serial/devices/ttyUSB0/latency_timer",
    ],
    [
      "ModemManager",
      { grabbers: ["ModemManager"] },
      "program.modemmanager",
      "sudo systemctl mask ModemManager && sudo systemctl stop ModemManager",
    ],
    [
      "brltty",
      { grabbers: ["brltty"] },
      "program.brltty",
      "sudo systemctl mask brltty-udev brltty && sudo systemctl stop brltty-udev brltty",
    ],
    ["an old Node", { nodeVersion: "18.20.0" }, "node.old", "npm install -g n && sudo n lts"],
    ["no driver", { hasSerialDriver: false }, "driver.missing", "npm install serialport"],
    ["no ports", { ports: [] }, "ports.none", "sudo dmesg -w"],
    ["no ports on Windows", { ports: [], platform: "windows" }, "ports.none", "pnputil /enum-devices /connected"],
    ["no ports on a Mac", { ports: [], platform: "macos" }, "ports.none", "ioreg -p IOUSB -w0"],
    ["no list", { ports: null }, "ports.unlisted", "sudo mount -t sysfs sysfs /sys"],
    ["no list on Windows", { ports: null, platform: "windows" }, "ports.unlisted", "pnputil /enum-devices /connected"],
  ])("that show %s give one finding, with what mends it", (_what, changes, code, command) => {
    const { findings } = examine({ ...FACTS, ...changes });
    expect(findings.map((finding) => [finding.code, finding.command])).toEqual([[code, command]]);
  });

  it("that show much give the problems first", () => {
    const { findings } = examine({
      ...FACTS,
      ...withPort({ latencyMs: 16, access: "denied" }),
      grabbers: ["brltty", "ModemManager"],
    });
    expect(findings.map(({ weight }) => weight)).toEqual(["problem", "advice", "advice", "advice"]);
  });

  it.each(["macos", "windows"] as const)("of %s say what was not looked at", (platform) => {
    const facts: ComputerFacts = { ...FACTS, ...withPort({ access: "unknown" }), platform, grabbers: null };
    expect(examine(facts)).toEqual({
      findings: [],
      unseen: ["permissions", "which program has a port open", "the latency of adapters", "programs that grab ports"],
    });
  });
});

describe("a look at a computer", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "doctor-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const look = (load = async (): Promise<never> => ({}) as never): Promise<ComputerFacts> =>
    lookAtComputer({
      platform: serialPlatform("linux"),
      sysRoot: join(root, "sys"),
      devRoot: join(root, "dev"),
      procRoot: join(root, "proc"),
      groupFile: join(root, "group"),
      load,
    });

  it("sees the latency, the holder, and the programs that grab ports", async () => {
    write("dev/ttyUSB0", "");
    write("sys/devices/usb1/ttyUSB0/latency_timer", "16\n");
    mkdirSync(join(root, "sys/class/tty/ttyUSB0"), { recursive: true });
    symlinkSync(join(root, "sys/devices/usb1/ttyUSB0"), join(root, "sys/class/tty/ttyUSB0/device"));
    write("proc/42/comm", "minicom\n");
    mkdirSync(join(root, "proc/42/fd"));
    symlinkSync(join(root, "dev/ttyUSB0"), join(root, "proc/42/fd/3"));
    write("proc/43/comm", "ModemManager\n");
    write("proc/self/comm", "brltty\n");
    write("group", "root:x:0:\n");
    const facts = await look();
    expect(facts).toMatchObject({ platform: "linux", hasSerialDriver: true, grabbers: ["ModemManager"] });
    expect(facts.ports).toMatchObject([
      { path: join(root, "dev/ttyUSB0"), access: "allowed", holder: { processId: 42, name: "minicom" }, latencyMs: 16 },
    ]);
    expect(examine(facts).findings.map(({ code }) => code)).toEqual(["port.busy", "port.slow", "program.modemmanager"]);
  });

  it("tells what is not there", async () => {
    const facts = await look(() => Promise.reject(new Error("no binary")));
    expect(facts).toMatchObject({ hasSerialDriver: false, ports: [], grabbers: null });
    expect(examine(facts).unseen).toEqual(["programs that grab ports"]);
  });

  it("of another system has what the library lists", async () => {
    const load = async () => ({ list: async () => [{ path: "COM3" }], open: () => Promise.reject(new Error()) });
    const facts = await lookAtComputer({ platform: serialPlatform("win32"), load });
    expect(facts).toMatchObject({ platform: "windows", ports: [{ path: "COM3", access: "unknown" }], grabbers: null });
  });
});

describe("esptool doctor", () => {
  it("says each finding with what to type, and ends with 0", async () => {
    const host = testCliHost({ computer: { ...FACTS, ...withPort({ access: "denied" }), grabbers: ["brltty"] } });
    expect(await runCli(["doctor"], host)).toBe(0);
    expect(host.out()).toContain("Problem: You may not use /dev/ttyUSB0");
    expect(host.out()).toContain("\n  sudo usermod -a -G dialout $USER\n");
    expect(host.out()).toContain("Advice: brltty is running");
    expect(host.out()).not.toContain("Nothing stands in the way");
  });

  it("says so where there is nothing, and what it could not see", async () => {
    const host = testCliHost({
      computer: { ...FACTS, ...withPort({ access: "unknown" }), platform: "macos", grabbers: null },
    });
    expect(await runCli(["doctor"], host)).toBe(0);
    expect(host.out()).toContain("Nothing stands in the way.");
    expect(host.out()).toContain("Not looked at on this system: permissions");
  });

  it("has one object for programs", async () => {
    const host = testCliHost({ computer: { ...FACTS, hasSerialDriver: false } });
    expect(await runCli(["doctor", "--json"], host)).toBe(0);
    const result = JSON.parse(host.out().trim().split("\n").at(-1) ?? "");
    expect(result.findings).toMatchObject([
      { code: "driver.missing", weight: "problem", command: "npm install serialport" },
    ]);
    expect(result.computer.nodeVersion).toBe("22.14.0");
  });

  it("shows nothing of a program's name that a terminal would obey", async () => {
    const holder = { processId: 1, name: "\u001b[2Jevil" };
    const host = testCliHost({ computer: { ...FACTS, ...withPort({ holder }) } });
    expect(await runCli(["doctor"], host)).toBe(0);
    expect(host.out()).toContain("evil");
    expect(host.out()).not.toContain("\u001b[2J");
  });
});
