import { nothing } from "lit";
import { describe, expect, it, vi } from "vitest";
import { consoleLog } from "../../site/device/console-log.ts";
import { createDevice } from "../../site/device/device.ts";
import { createJournal } from "../../site/device/journal.ts";
import { firstRows, MOST_ROWS } from "../../site/panels/first-rows.ts";
import { durationText, macText, sizeText } from "../../site/parts/amounts.ts";
import { piecesOf } from "../../site/parts/flash-pieces.ts";
import { ENGLISH } from "../../site/texts/english.ts";
import { sayIn } from "../../site/texts/texts.ts";
import type { EspEvent } from "../../src/index.ts";
import { type AskAgain, requestPort } from "../../src/web.ts";

// What Lit says of itself to who develops with it is not for the screen of the tests.
vi.hoisted(() => Object.assign(globalThis, { litIssuedWarnings: new Set(["dev-mode"]) }));

describe("amounts on the page", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1 KB"],
    [0x18_0000, "1.5 MB"],
    [0x40_0000, "4 MB"],
    [2 ** 31, "2 GB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });

  it.each([
    [-3, "0 s"],
    [59.4, "59 s"],
    [59.6, "1:00 min"],
    [605, "10:05 min"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it("writes addresses of a board as they are written everywhere", () => {
    expect(macText(Uint8Array.of(0x24, 0x0a, 0xc4, 0, 5, 0xff))).toBe("24:0a:c4:00:05:ff");
  });
});

describe("the map of the flash", () => {
  const partition = (name: string, type: number, address: number, sizeBytes: number) => ({
    name,
    type,
    subtype: 0,
    address,
    sizeBytes,
    encrypted: false,
    readonly: false,
  });

  it("has what is between the partitions, in the order of addresses, and ends where the flash does", () => {
    const pieces = piecesOf([partition("app", 0, 0x1_0000, 0x1_0000), partition("nvs", 1, 0x9000, 0x6000)], 0x4_0000);
    expect(pieces.map(({ name, kind, address, sizeBytes }) => [name, kind, address, sizeBytes])).toEqual([
      ["", "free", 0, 0x9000],
      ["nvs", "data", 0x9000, 0x6000],
      ["", "free", 0xf000, 0x1000],
      ["app", "app", 0x1_0000, 0x1_0000],
      ["", "free", 0x2_0000, 0x2_0000],
    ]);
  });

  it("stands partitions that overlap, or lie beyond the flash, as a damaged table has them", () => {
    const pieces = piecesOf([partition("a", 1, 0, 0x3000), partition("b", 1, 0x1000, 0x1000)], 0x2000);
    expect(pieces.map(({ name }) => name)).toEqual(["a", "b"]);
  });
});

describe("what the page keeps", () => {
  it("is bounded for a device that prints day and night, and ends with what was printed last", () => {
    const log = consoleLog();
    for (let line = 0; line < 130_000; line++) log.add({ kind: "device", text: `line ${line}`, atMs: line });
    const kept = log.deviceText().split("\n");
    expect(kept.length).toBeLessThanOrEqual(100_001);
    expect(kept.at(-2)).toBe("line 129999");
    expect(log.last({ containing: "" })).toHaveLength(1000);
    expect(log.last({ containing: "LINE 129998" }).map(({ text }) => text)).toEqual(["line 129998"]);
    log.add({ kind: "explained", text: "x".repeat(10_000), atMs: null });
    expect(log.last({ containing: "xxx" })[0]?.text).toHaveLength(4096);
    expect(log.deviceText()).not.toContain("xxx");
    expect(log.text({ times: true })).toContain("129.999 line 129999\n");
  });

  it("is bounded for a device whose lines are long, too", () => {
    const log = consoleLog();
    for (let line = 0; line < 12_000; line++) log.add({ kind: "device", text: "x".repeat(4000), atMs: line });
    log.add({ kind: "device", text: "the last", atMs: 1 });
    expect(log.deviceText().length).toBeLessThan(21_000_000);
    expect(log.deviceText()).toMatch(/the last\n$/);
  });

  it("is what was printed, without the colours of terminals", () => {
    const log = consoleLog();
    log.add({ kind: "device", text: "\u001b[0;32mI (31) boot: up\u001b[0m \u001b[?25l[x]", atMs: 1 });
    expect(log.deviceText()).toBe("I (31) boot: up [x]\n");
  });

  it("is bounded for a trace, which says how much it forgot, and leaves progress out", () => {
    const journal = createJournal(() => 5);
    const note = (index: number): EspEvent => ({ session: "s", type: "connect.started", port: String(index) });
    for (let index = 0; index < 10_001; index++) journal.add(note(index));
    expect(journal.entries).toHaveLength(5000);
    expect(journal.forgotten).toBe(5001);
    expect(journal.entries.at(-1)?.event).toEqual(note(10_000));
    journal.add({ session: "s", type: "progress" } as EspEvent);
    expect(journal.entries).toHaveLength(5000);
    journal.clear();
    expect([journal.entries.length, journal.forgotten]).toEqual([0, 0]);
  });
});

describe("the board that comes back as another device", () => {
  it("is asked for until it is chosen, or given up", async () => {
    const device = createDevice();
    let tries = 0;
    let cancelled = 0;
    const askedAgain = (): AskAgain => {
      let settle = (): void => {};
      const settled = new Promise<void>((resolve) => {
        settle = resolve;
      });
      return {
        message: "",
        settled,
        choose: async () => {
          tries++;
          if (tries === 1) throw new Error("none chosen");
          settle();
        },
        cancel: () => {
          cancelled++;
          settle();
        },
      };
    };
    let again = askedAgain();
    device.askAgain(again);
    expect(device.missing).toBe(again);
    await device.chooseAgain();
    expect([device.missing === again, device.error?.message]).toEqual([true, "none chosen"]);
    await device.chooseAgain();
    expect(device.missing).toBeNull();
    again = askedAgain();
    device.askAgain(again);
    device.giveUp();
    await again.settled;
    expect([device.missing, cancelled]).toEqual([null, 1]);
  });

  it("says what is done while flash is changed, to check it as well", async () => {
    const device = createDevice();
    const { virtualChip } = await import("../../src/virtual.ts");
    const { eraseRegion, writeFlash } = await import("../../src/index.ts");
    await device.connect(virtualChip("esp32c6").port);
    const steps: (string | null)[] = [];
    device.subscribe(() => {
      const step = device.state.kind === "busy" ? device.state.activity.step : null;
      if (step !== steps.at(-1)) steps.push(step);
    });
    const data = new Uint8Array(3000).fill(5);
    const files = [
      { address: 0x1000, data },
      { address: 0x8000, data },
    ];
    const write = { what: "writing", act: writeOf } as const;
    async function writeOf(session: Parameters<typeof writeFlash>[0]): Promise<void> {
      await writeFlash(session, files);
      await eraseRegion(session, { address: 0x1000, sizeBytes: 0x1000 });
    }
    await device.run({ ...write, changesFlash: true });
    expect(steps).toEqual([null, "writing", "checking", "writing", "checking", "erasing", null]);
    // What changes nothing has its own words.
    steps.length = 0;
    await device.run(write);
    expect(steps).toEqual([null]);
  });

  it("takes one thing at a time, and says so", async () => {
    const device = createDevice();
    const { virtualChip } = await import("../../src/virtual.ts");
    await device.connect(virtualChip("esp32c6").port);
    let release = (): void => {};
    const first = device.run({
      what: "reading",
      act: () => new Promise<string>((done) => (release = () => done("first"))),
    });
    expect(await device.run({ what: "reading", act: async () => "second" })).toBeNull();
    expect(device.error?.message).toContain("nothing was done");
    expect(device.state.kind).toBe("busy");
    release();
    expect(await first).toBe("first");
    await device.disconnect();
    expect(device.state.kind).toBe("away");
  });

  it("begins nothing while the session ends, and ends it once, however often it is told to", async () => {
    const device = createDevice();
    const { virtualChip } = await import("../../src/virtual.ts");
    const chip = virtualChip("esp32c6");
    await device.connect(chip.port);
    const leaving = device.disconnect();
    const again = device.lend();
    expect(await device.run({ what: "reading", act: async () => "begun" })).toBeNull();
    await Promise.all([leaving, again]);
    expect(device.state.kind).toBe("lent");
    device.giveBack();
    await device.connect(chip.port);
    expect(device.state.kind).toBe("ready");
    await device.disconnect();
  });

  it("is away, and says why, when the session cannot be ended as it should", async () => {
    const device = createDevice();
    const { virtualChip } = await import("../../src/virtual.ts");
    const { port } = virtualChip("esp32c6");
    let isStuck = true;
    await device.connect(
      new Proxy(port, {
        get: (_target, name) => {
          if (name === "close" && isStuck) return () => Promise.reject(new Error("stuck"));
          const value: unknown = Reflect.get(port, name);
          return typeof value === "function" ? value.bind(port) : value;
        },
      }),
    );
    await device.disconnect();
    expect(device.state.kind).toBe("away");
    expect(device.error).not.toBeNull();
    isStuck = false;
  });

  it("is not asked for any more when the connection was given up", async () => {
    const device = createDevice();
    const { virtualChip } = await import("../../src/virtual.ts");
    const { FakeUsb } = await import("../support/usb/fake-usb.mjs");
    const { fakeDevice, transferCase } = await import("../support/usb/usb-vectors.ts");
    const { ManualClock } = await import("../support/port/ports.ts");
    const usb = new FakeUsb();
    const clock = new ManualClock();
    const { device: board } = fakeDevice(transferCase("espressif-usb-otg-rom"));
    usb.plug(board);
    const port = await requestPort({ usb, clock, onAskAgain: (again) => device.askAgain(again) });
    await usb.unplug(board);
    await device.connect(port);
    expect([device.state.kind, device.error?.code]).toEqual(["away", "port.missing"]);
    clock.pass(3000);
    const connecting = device.connect(port);
    await vi.waitFor(() => expect(device.missing).not.toBeNull());
    device.cancel();
    await connecting;
    expect([device.state.kind, device.missing, device.error?.code]).toEqual(["away", null, "operation.aborted"]);
    // What was asked for over it is of no matter to the next one.
    await device.connect(virtualChip("esp32c6").port);
    expect(device.state.kind).toBe("ready");
    await device.disconnect();
  });

  it("is away, and says so, when it is unplugged while nothing is done with it", async () => {
    const device = createDevice();
    const { virtualChip } = await import("../../src/virtual.ts");
    const chip = virtualChip("esp32c6");
    await device.connect(chip.port);
    chip.unplug();
    await vi.waitFor(() => expect(device.state.kind).toBe("away"));
    expect([device.error?.code, device.error?.hint]).toEqual([
      "port.lost",
      "Plug the board in, then connect it again.",
    ]);
    chip.replug();
    await device.connect(chip.port);
    expect([device.state.kind, device.error]).toEqual(["ready", null]);
    await device.disconnect();
  });

  it("is away, and not ready for more, when it is unplugged while it is read", async () => {
    const device = createDevice();
    const { virtualChip } = await import("../../src/virtual.ts");
    const { readFlash } = await import("../../src/index.ts");
    const chip = virtualChip("esp32c6");
    await device.connect(chip.port);
    const read = device.run({
      what: "reading",
      act: async (session, signal) => {
        chip.unplug();
        return await readFlash(session, { address: 0, sizeBytes: 0x10000 }, { signal });
      },
    });
    expect(await read).toBeNull();
    expect([device.state.kind, device.error?.code]).toEqual(["away", "port.lost"]);
  });
});

describe("what a board holds", () => {
  it("is drawn as far as a page can, and the rest is told of", () => {
    const say = sayIn(ENGLISH);
    const all = Array.from({ length: MOST_ROWS }, (_, index) => index);
    expect(firstRows(say, all)).toEqual({ rows: all, more: nothing });
    const { rows, more } = firstRows(say, [...all, 1]);
    expect(rows).toHaveLength(MOST_ROWS);
    expect(more).toMatchObject({ values: ["The first 1000 of 1001 are shown."] });
  });
});
