import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { sleep } from "../../src/core/clock.ts";
import { EspError } from "../../src/core/errors.ts";
import { applicationReset, bootloaderReset, releaseAfterOpening } from "../../src/core/monitor/monitor-lines.ts";
import { ReconnectingPort } from "../../src/core/monitor/reconnecting-port.ts";
import { runResetSequence } from "../../src/core/session/reset/reset-sequences.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";
import { type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { EXIT, monitor } from "../support/monitor-terminal.ts";

const CTRL_C = "\u0003";
const CTRL_T = "\u0014";

describe("the lines of a port that was just opened", () => {
  it.each([
    { chip: "esp32", usb: "uart", atomicLines: true, opensWith: true },
    { chip: "esp32", usb: "uart", atomicLines: false, opensWith: true },
    { chip: "esp32", usb: "uart", atomicLines: false, opensWith: false },
    { chip: "esp32c3", usb: "serial-jtag", atomicLines: true, opensWith: true },
    { chip: "esp32c3", usb: "serial-jtag", atomicLines: false, opensWith: true },
    { chip: "esp32s2", usb: "otg", atomicLines: true, opensWith: true },
    { chip: "esp32s2", usb: "otg", atomicLines: false, opensWith: false },
  ] as const)("do not reset: $chip, $usb, at once: $atomicLines, opened with $opensWith", async (options) => {
    const chip = virtualChip(options.chip, { usb: options.usb, atomicLines: options.atomicLines, appText: "run\n" });
    await chip.port.open({ baudRate: 115_200 }, { data: () => {}, lost: () => {} });
    // What the operating system does when it opens a port: with both asserted, at the same moment.
    const both = { dtr: options.opensWith, rts: options.opensWith };
    if (options.opensWith && !options.atomicLines) await chip.port.setLines({ dtr: true, rts: false });
    await chip.port.setLines(both);
    await runResetSequence(chip.port, releaseAfterOpening(chip.port), chip.port.clock);
    await new Promise<void>((resolve) => void chip.port.clock.after(500, resolve));
    expect(chip.counters.resets).toBe(0);
    expect(chip.running).toBe("user-code");
  });

  it("would reset in the other order", async () => {
    const chip = virtualChip("esp32", { atomicLines: false, appText: "run\n" });
    await chip.port.open({ baudRate: 115_200 }, { data: () => {}, lost: () => {} });
    for (const [dtr, rts] of [
      [true, false],
      [true, true],
      [false, true],
      [false, false],
    ] as const) {
      await chip.port.setLines({ dtr, rts });
      await new Promise<void>((resolve) => void chip.port.clock.after(5, resolve));
    }
    await new Promise<void>((resolve) => void chip.port.clock.after(500, resolve));
    expect(chip.counters.resets).toBe(1);
  });
});

describe("resets by key", () => {
  it.each([
    { chip: "esp8266", usb: "uart", atomicLines: true },
    { chip: "esp32", usb: "uart", atomicLines: false },
    { chip: "esp32c3", usb: "serial-jtag", atomicLines: true },
  ] as const)("start the application and the bootloader: $chip, $usb", async ({ chip: id, ...options }) => {
    const chip = virtualChip(id, { ...options, appText: "run\n" });
    await chip.port.open({ baudRate: 115_200 }, { data: () => {}, lost: () => {} });
    const settle = (): Promise<void> => new Promise((resolve) => void chip.port.clock.after(800, resolve));
    await runResetSequence(chip.port, bootloaderReset(chip.port), chip.port.clock);
    await settle();
    expect(chip.running).toBe("rom-loader");
    await runResetSequence(chip.port, applicationReset(chip.port), chip.port.clock);
    await settle();
    expect(chip.running).toBe("user-code");
  });
});

describe("a port that comes back", () => {
  function bench(chip: VirtualChip) {
    const events: string[] = [];
    let text = "";
    const port = new ReconnectingPort(chip.port, {
      baudRate: 115_200,
      listener: {
        data: (bytes) => {
          text += new TextDecoder().decode(bytes);
        },
        lost: ({ code }) => events.push(`lost: ${code}`),
        waiting: ({ code }) => events.push(`waiting: ${code}`),
        back: () => events.push(`back after ${Math.round(chip.clock.now() - lostAt)} ms`),
      },
    });
    let lostAt = 0;
    return {
      port,
      events,
      text: () => text,
      lose: () => {
        lostAt = chip.clock.now();
        chip.unplug();
      },
    };
  }

  it("is opened again within half a second, without a reset", async () => {
    const chip = virtualChip("esp32", { appText: "tick\r\n" });
    const { port, events, text, lose } = bench(chip);
    await port.open();
    lose();
    expect(port.isOpen).toBe(false);
    expect(await port.write(Uint8Array.of(1))).toBe(false);
    chip.clock.after(1700, () => chip.replug());
    await sleep(chip.clock, 5000);
    expect(events).toEqual([
      "lost: port.lost",
      "waiting: port.missing",
      "waiting: port.missing",
      "waiting: port.missing",
      "back after 2250 ms",
    ]);
    expect(text()).toContain("tick");
    // Plugging it in was the only start.
    expect(chip.counters.resets).toBe(1);
    expect(await port.write(Uint8Array.of(1))).toBe(true);
    await port.close();
  });

  it("is not waited for at first, nor after it was closed", async () => {
    const chip = virtualChip("esp32");
    chip.unplug();
    const { port, events, lose } = bench(chip);
    await expect(port.open()).rejects.toMatchObject({ code: "port.missing" });
    chip.replug();
    await port.open();
    lose();
    const before = chip.clock.now();
    await port.close();
    expect(chip.clock.now()).toBe(before);
    chip.replug();
    await sleep(chip.clock, 3000);
    expect(events).toEqual(["lost: port.lost"]);
    expect(chip.counters.opens).toBe(1);
  });

  it("is not said to be back when it is lost again at once", async () => {
    const chip = virtualChip("esp32", { appText: "" });
    const { port, events, lose } = bench(chip);
    await port.open();
    lose();
    // It is there for 100 ms at the first attempt, for good at the third.
    chip.clock.after(450, () => chip.replug());
    chip.clock.after(600, () => chip.unplug());
    chip.clock.after(1500, () => chip.replug());
    await sleep(chip.clock, 5000);
    expect(events).toEqual(["lost: port.lost", "waiting: port.lost", "waiting: port.missing", "back after 1850 ms"]);
    await port.close();
  });

  it("may be another one", async () => {
    const [first, second] = [virtualChip("esp32"), virtualChip("esp32", { info: { path: "elsewhere" } })];
    const asked: string[] = [];
    const port = new ReconnectingPort(first.port, {
      baudRate: 115_200,
      listener: { data: () => {}, lost: () => {}, waiting: () => {}, back: () => {} },
      nextPort: async (lost) => {
        asked.push(lost.info.path);
        if (asked.length === 1) throw new EspError("port.missing", "Not yet.");
        return second.port;
      },
    });
    await port.open();
    first.unplug();
    await sleep(first.clock, 2000);
    expect(asked).toEqual(["virtual:esp32", "virtual:esp32"]);
    expect(port.port.info.path).toBe("elsewhere");
    expect(port.isOpen).toBe(true);
    await port.close();
  });

  it("takes a chip that leaves the bus when it is reset", async () => {
    const chip = virtualChip("esp32s2", { usb: "otg", appText: "hello\n" });
    const { port, events } = bench(chip);
    await port.open();
    await port.reset(applicationReset(chip.port));
    await sleep(chip.clock, 5000);
    expect(events[0]).toBe("lost: port.lost");
    expect(events.at(-1)).toMatch(/^back/);
    expect(chip.running).toBe("user-code");
    await port.close();
  });
});

describe("esptool monitor", () => {
  it("shows the device's output alone on stdout, does not reset, and ends with 0 on Ctrl-]", async () => {
    const { chip, clock, exit, host } = await monitor(["monitor"]);
    await sleep(clock, 3500);
    const { code, out, err } = await exit();
    expect(code).toBe(0);
    expect(out).toBe("tick\n".repeat(3));
    expect(err).toMatch(/^--- Monitor on virtual:esp32 at 115200 baud\. Ctrl-\] exits.*\n$/);
    expect(chip.counters.resets).toBe(0);
    expect(host.isListening()).toBe(false);
    await sleep(clock, 2000);
    expect(host.out()).toBe(out);
  });

  it("resets first when asked to, and shows the log from its start", async () => {
    const { chip, clock, exit } = await monitor(["monitor", "--reset"]);
    await sleep(clock, 500);
    expect((await exit()).out).toMatch(/^ets .*\n[\s\S]*boot:0x[\s\S]*tick\n$/);
    expect(chip.counters.resets).toBe(1);
  });

  it("obeys the menu: bootloader, reset, help, and what it does not know", async () => {
    const { chip, type, exit } = await monitor(["monitor"]);
    await type(`${CTRL_T}p`, 2000);
    expect(chip.running).toBe("rom-loader");
    await type(CTRL_T, 10);
    await type("\u0012", 2000);
    expect(chip.running).toBe("user-code");
    await type(`${CTRL_T}h${CTRL_T}q`);
    const { out, err } = await exit();
    expect(out).toContain("waiting for download");
    expect(err).toContain("--- Starting the bootloader");
    expect(err).toContain("--- Resetting the chip.");
    expect(err).toContain("---   R            reset the chip");
    expect(err).toContain("--- The menu has no 'Q'");
    expect(err.split("\n").every((line) => line === "" || line.startsWith("--- "))).toBe(true);
  });

  it("ends by the menu, too, and when the keyboard is gone", async () => {
    const first = await monitor(["monitor"]);
    await first.host.type(`${CTRL_T}x`);
    expect(await first.code).toBe(0);
    const second = await monitor(["monitor"]);
    second.host.endInput();
    expect(await second.code).toBe(0);
  });

  it("sends the chip what is typed, Ctrl-C and the menu's own keys included", async () => {
    const { chip, type, exit } = await monitor(["monitor"], { chip: { wiring: "echo" } });
    await type(`ls\r${CTRL_C}\nx${CTRL_T}${CTRL_T}${CTRL_T}${EXIT}\n`);
    await type(CTRL_C);
    const { out, err } = await exit();
    expect(out.startsWith(`ls\r${CTRL_C}\nx${CTRL_T}${EXIT}\n`)).toBe(true);
    expect(err.split("Ctrl-C was sent to the chip")).toHaveLength(2);
    expect(chip.counters.hostBytes).toBe(10);
  });

  it("puts the time before each line, also from a key", async () => {
    const { clock, type, exit } = await monitor(["monitor", "--timestamps"]);
    await sleep(clock, 1500);
    await type(`${CTRL_T}i`);
    const { out, err } = await exit();
    expect(out).toMatch(/^2026-01-31 12:34:56\.\d{3} tick\ntick\n$/);
    expect(err).toContain("Timestamps are off");
  });

  it("keeps a log: from the start, and by a key under a name of its own", async () => {
    const files = { "a.log": new TextEncoder().encode("before\n") };
    const stored = (host: TestCliHost, name: string): string =>
      new TextDecoder().decode(host.stored.get(name) as Uint8Array);
    const first = await monitor(["monitor", "--log", "a.log"], { files });
    await sleep(first.clock, 1500);
    await first.type(`${CTRL_T}l`, 2000);
    await first.type(`${CTRL_T}l`, 1000);
    expect((await first.exit()).out).toBe("tick\n".repeat(4));
    expect(stored(first.host, "a.log")).toBe("before\ntick\ntick\n");

    const second = await monitor(["monitor"]);
    await second.type(`${CTRL_T}l`, 1500);
    const { err } = await second.exit();
    expect(err).toContain("Logging to esptool-monitor-20260131-123456.log");
    expect(stored(second.host, "esptool-monitor-20260131-123456.log")).toBe("tick\n");
  });

  it("goes on when the log cannot be written any more, says so at once, and does not end with success", async () => {
    const { clock, host, exit } = await monitor(["monitor", "--log", "a.log"]);
    await sleep(clock, 1500);
    host.stored.set("a.log", { code: "ENOSPC" });
    await sleep(clock, 2000);
    expect(host.err().split("the disk is full. The log is off.")).toHaveLength(2);
    const { code, out, err } = await exit();
    expect(code).toBe(2);
    expect(out).toBe("tick\n".repeat(3));
    expect(err.split("the disk is full. The log is off.")).toHaveLength(2);
    expect(err).toContain("code: file.unwritable");
  });

  it("does not open the port for a log that cannot be written", async () => {
    const host = testCliHost({ port: virtualChip("esp32").port, files: { "a.log": { code: "EACCES" } } });
    expect(await runCli(["-p", "board", "monitor", "--log", "a.log"], host)).toBe(2);
    expect(host.err()).toContain("The file 'a.log' cannot be written: permission denied.");
    expect(host.openedPorts).toEqual([]);
  });

  it("says nothing of keys that were on their way when it ended", async () => {
    const { type, exit } = await monitor(["monitor", "--until", "tick"]);
    for (let typed = 0; typed < 30; typed++) await type("x".repeat(2000), 50);
    const { code, err } = await exit();
    expect(code).toBe(0);
    expect(err).not.toContain("Nothing is sent");
  });

  it("survives the loss of the port, and does not run into the line that was cut off", async () => {
    const { chip, clock, type, exit } = await monitor(["monitor"], { chip: { appText: "> " } });
    await sleep(clock, 1500);
    chip.unplug();
    await type("x", 1300);
    await type("y", 10);
    chip.replug();
    await sleep(clock, 2500);
    const { code, out, err } = await exit();
    expect(code).toBe(0);
    expect(out).toMatch(/^> \n(> )+\n$/);
    expect(err).toContain("--- virtual:esp32 is gone");
    expect(err).toContain("--- virtual:esp32 is back");
    expect(err.split("Nothing is sent while")).toHaveLength(2);
    // Once by being plugged in.
    expect(chip.counters.resets).toBe(1);
  });

  it("can be ended while the port is away", async () => {
    const { chip, clock, exit } = await monitor(["monitor"]);
    chip.unplug();
    await sleep(clock, 1300);
    expect((await exit()).code).toBe(0);
  });

  it("prints any baud rate's text, and says what a wrong one may mean", async () => {
    const app = { appText: "crystal clear, thank you\r\n", appBaudRate: 74_880 };
    const right = await monitor(["monitor", "-b", "74880"], { chip: app });
    await sleep(right.clock, 1500);
    expect((await right.exit()).out).toBe("crystal clear, thank you\n");
    const wrong = await monitor(["monitor"], {
      chip: { ...app, appText: `${app.appText.repeat(40)}`, appEveryMs: 50 },
    });
    await sleep(wrong.clock, 20_000);
    const { err } = await wrong.exit();
    expect(err.split("Does the device print at 115200 baud?")).toHaveLength(2);
  });

  it("takes its baud rate from its own variable, not from that of flashing", async () => {
    const env = { ESPTOOL_BAUD: "921600", MONITORBAUD: "74880" };
    const { exit } = await monitor(["monitor"], { env });
    expect((await exit()).err).toContain("at 74880 baud");
    const plain = await monitor(["monitor"], { env: { ESPTOOL_BAUD: "921600" } });
    expect((await plain.exit()).err).toContain("at 115200 baud");
  });

  it("shows bytes", async () => {
    const { clock, exit } = await monitor(["monitor", "--hex"]);
    await sleep(clock, 2500);
    const row = "74 69 63 6b 0d 0a";
    const { out } = await exit();
    expect(out.split("\n").map((line) => line.slice(0, 27))).toEqual([`00000000  ${row}`, `00000006  ${row}`, ""]);
  });

  it("keeps a terminal from switching its character set on binary data", async () => {
    const chip = { appText: "\u0000\u000e\u001b[31mred\u009b\u007f\ttab\r\n" };
    const screen = await monitor(["monitor"], { isTTY: true, chip });
    await sleep(screen.clock, 1500);
    expect((await screen.exit()).out).toBe("\u2400\u240e\u001b[31mred\ufffd\u2421\ttab\n");
    const file = await monitor(["monitor"], { chip });
    await sleep(file.clock, 1500);
    expect((await file.exit()).out).toBe("\u0000\u000e\u001b[31mred\u009b\u007f\ttab\n");
  });

  it("says what cannot be reset", async () => {
    const { chip, type, exit } = await monitor(["monitor", "--reset"], { chip: { lines: false } });
    await type(`${CTRL_T}r`, 1500);
    const { code, out, err } = await exit();
    expect(code).toBe(0);
    expect(out).toBe("tick\n");
    expect(err.split("has no DTR and RTS lines")).toHaveLength(3);
    expect(err.split("Press RESET on the board")).toHaveLength(3);
    expect(chip.counters.resets).toBe(0);
  });

  it("tells programs in JSON, every line of it", async () => {
    const { chip, clock, exit } = await monitor(["--json", "monitor"], { chip: { appText: "a\r\nb" } });
    await sleep(clock, 1500);
    chip.unplug();
    await sleep(clock, 700);
    const { out, err } = await exit();
    const objects = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(objects).toMatchObject([
      { type: "note", code: "monitor.opened" },
      { type: "line", text: "a", complete: true },
      { type: "partial", text: "b" },
      { type: "line", text: "b", complete: false },
      { type: "note", code: "monitor.lost" },
      { type: "result", command: "monitor", ok: true, port: "virtual:esp32" },
    ]);
    expect(new Date(objects[1].time).getTime()).toBeGreaterThan(0);
    expect(err).toBe("");
  });

  it("gives programs the bytes of what is no text", async () => {
    const { clock, exit } = await monitor(["--json", "monitor", "--hex"]);
    await sleep(clock, 1500);
    expect((await exit()).out).toContain('"bytes":"7469636b0d0a"');
  });

  it("with --silent shows the device's output only", async () => {
    const { clock, type, exit } = await monitor(["--silent", "monitor"]);
    await sleep(clock, 1500);
    await type(`${CTRL_T}h`, 10);
    expect(await exit()).toEqual({ code: 0, out: "tick\n", err: "" });
  });

  it("without a terminal sends what is piped in, outlives its end, and stops on Ctrl-C with 130", async () => {
    const { clock, chip, host, code } = await monitor(["monitor"], { hasKeyboard: false, chip: { wiring: "echo" } });
    await host.type(`raw ${CTRL_T}x${EXIT}\n`);
    host.endInput();
    await sleep(clock, 1500);
    expect(host.out()).toBe(`raw ${CTRL_T}x${EXIT}\n`);
    host.interrupt();
    expect(await code).toBe(130);
    await expect(chip.port.write(Uint8Array.of(1))).rejects.toMatchObject({ code: "port.closed" });
  });

  it("ends when nobody reads its output any more", async () => {
    const { clock, host, code } = await monitor(["monitor"]);
    host.breakOut();
    await sleep(clock, 1500);
    expect(await code).toBe(0);
  });

  it("does not wait for a port that was never there", async () => {
    const chip = virtualChip("esp32");
    chip.unplug();
    const host = testCliHost({ hasKeyboard: true, port: chip.port });
    expect(await runCli(["-p", "board", "monitor"], host)).toBe(2);
    expect(host.err()).toContain("port.missing");
    expect(host.out()).toBe("");
    expect(host.isListening()).toBe(false);
  });

  it("keeps its words about the choice of the port off stdout, and lets a virtual chip live in real time", async () => {
    const port = virtualChip("esp32").port;
    const listed = { path: "/dev/ttyUSB0", likely: true, rank: 1, usable: true } as never;
    const host = testCliHost({ hasKeyboard: false, port, ports: [listed] });
    const code = runCli(["monitor"], host);
    while (!host.isListening()) await sleep(port.clock, 1);
    host.interrupt();
    expect(await code).toBe(130);
    expect(host.out()).toBe("");
    expect(host.err()).toContain("--- Using /dev/ttyUSB0, the only one.");
    const virtual = testCliHost({ port });
    const again = runCli(["-p", "virtual:esp32,flash=4MB", "monitor"], virtual);
    while (!virtual.isListening()) await sleep(port.clock, 1);
    virtual.interrupt();
    await again;
    expect(virtual.openedPorts).toEqual(["virtual:esp32,flash=4MB,realtime=1"]);
  });
});
