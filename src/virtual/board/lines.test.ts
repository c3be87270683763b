import { describe, expect, it } from "vitest";
import {
  CLASSIC,
  CLASSIC_LONG,
  HARD,
  play,
  recordingSink,
  type Step,
  TIGHT,
  TIGHT_LONG,
  USB_JTAG,
} from "../../../test/support/chip/recording-sink.ts";
import { sleep } from "../../core/clock.ts";
import type { VirtualChipOptions } from "../check-options.ts";
import type { BootMode } from "../machine/machine.ts";
import { DEFAULT_TIMING } from "../time/timing.ts";
import { createVirtualClock } from "../time/virtual-clock.ts";
import { virtualChip } from "../virtual-chip.ts";
import { type Circuit, pinLevels } from "./lines.ts";
import { UsbOtgResetLogic } from "./usb-lines.ts";

const line = (asserted: number): boolean => asserted === 1;

describe("the two-transistor circuit", () => {
  it.each([
    // DTR, RTS -> EN, IO0
    [0, 0, true, true],
    [0, 1, false, true],
    [1, 0, true, false],
    [1, 1, true, true],
  ])("makes of DTR %i RTS %i: EN %s IO0 %s", (dtr, rts, enable, boot) => {
    expect(pinLevels("auto", { dtr: line(dtr), rts: line(rts) })).toEqual({ enable, boot });
    expect(pinLevels("slow", { dtr: line(dtr), rts: line(rts) })).toEqual({ enable, boot });
    expect(pinLevels("boot-not-wired", { dtr: line(dtr), rts: line(rts) })).toEqual({ enable, boot: true });
    expect(pinLevels("none", { dtr: line(dtr), rts: line(rts) })).toEqual({ enable: true, boot: true });
  });
});

interface Outcome {
  /** What the last start was, or null when the chip was not started again. */
  readonly mode: BootMode | null;
  readonly starts: number;
}

async function outcomeOf(steps: readonly Step[], options: VirtualChipOptions): Promise<Outcome> {
  const chip = virtualChip(options.usb === undefined ? "esp32" : "esp32s3", options);
  await chip.port.open({ baudRate: 115200 }, recordingSink(chip.clock));
  await play(chip.port, steps);
  await sleep(chip.clock, 600);
  await chip.port.close();
  const starts = chip.log.filter(({ event }) => event.startsWith("start-")).slice(1);
  const last = starts.filter(({ cause }) => cause !== "watchdog").at(-1);
  if (last === undefined) return { mode: null, starts: 0 };
  return { mode: last.event === "start-download" ? "download" : "flash", starts: starts.length };
}

const download = { mode: "download" };
const flash = { mode: "flash" };
const nothing = { mode: null };

describe("reset sequences through the circuit", () => {
  it.each<[string, readonly Step[], Circuit, object]>([
    ["classic", CLASSIC, "auto", download],
    ["tight", TIGHT, "auto", download],
    ["classic, long delay", CLASSIC_LONG, "auto", download],
    ["tight, long delay", TIGHT_LONG, "auto", download],
    ["hard reset", HARD, "auto", flash],
    ["classic", CLASSIC, "slow", flash],
    ["tight", TIGHT, "slow", flash],
    ["classic, long delay", CLASSIC_LONG, "slow", download],
    ["tight, long delay", TIGHT_LONG, "slow", download],
    ["classic", CLASSIC, "boot-not-wired", flash],
    ["tight", TIGHT, "none", nothing],
  ])("%s: %s with circuit %s", async (_name, steps, circuit, expected) => {
    expect(await outcomeOf(steps, { circuit })).toMatchObject(expected);
  });

  it("needs the capacitor when the lines do not change at once", async () => {
    const noCapacitor = { resetRiseMs: 0.1 };
    expect(await outcomeOf(TIGHT, { timing: noCapacitor })).toMatchObject(download);
    expect(await outcomeOf(TIGHT, { timing: noCapacitor, atomicLines: false })).toMatchObject(flash);
    expect(await outcomeOf(TIGHT, { atomicLines: false })).toMatchObject(download);
  });

  it("samples the straps when EN has risen, not when it is let go", async () => {
    const letGoBefore: readonly Step[] = [[0, 1], 0.1, [1, 0], 0.0138, [0, 0]];
    const letGoAfter: readonly Step[] = [[0, 1], 0.1, [1, 0], 0.014, [0, 0]];
    expect(await outcomeOf(letGoBefore, {})).toMatchObject(flash);
    expect(await outcomeOf(letGoAfter, {})).toMatchObject(download);
  });

  it("starts the chip once a sequence", async () => {
    expect(await outcomeOf(CLASSIC, {})).toEqual({ mode: "download", starts: 1 });
    expect(await outcomeOf(TIGHT, {})).toEqual({ mode: "download", starts: 1 });
  });
});

describe("the boot button", () => {
  it("decides on boards without a circuit", async () => {
    const chip = virtualChip("esp32c3", { circuit: "none", boot: "download" });
    expect(chip.running).toBe("rom-loader");
    chip.pressReset(true);
    expect(chip.running).toBe("nothing");
    chip.pressReset(false);
    await sleep(chip.clock, 50);
    expect(chip.log.at(-1)?.event).toBe("start-flash");
    chip.bootButton.pressed = true;
    chip.powerCycle();
    await sleep(chip.clock, 50);
    expect(chip.log.at(-1)).toMatchObject({ event: "start-download", cause: "power-on" });
    const held = virtualChip("esp32c3", { boot: "held" });
    held.powerCycle();
    await sleep(held.clock, 50);
    expect(held.running).toBe("rom-loader");
  });
});

describe("USB-Serial/JTAG", () => {
  it.each<[string, readonly Step[], object]>([
    ["its own sequence", USB_JTAG, download],
    ["classic", CLASSIC, flash],
    ["tight", TIGHT, flash],
    ["hard reset", HARD, flash],
    ["lines at rest", [[0, 0], 0.1, [1, 1], 0.1, [0, 0]], nothing],
  ])("%s", async (_name, steps, expected) => {
    expect(await outcomeOf(steps, { usb: "serial-jtag" })).toMatchObject(expected);
  });

  it("resets once, and stays on the bus", async () => {
    expect(await outcomeOf(USB_JTAG, { usb: "serial-jtag" })).toEqual({ mode: "download", starts: 1 });
  });
});

describe("USB-OTG", () => {
  it("lets an application be sent into download mode", async () => {
    const chip = virtualChip("esp32s3", { usb: "otg", appText: "app\r\n" });
    const sink = recordingSink(chip.clock);
    await chip.port.open({ baudRate: 115200 }, sink);
    await play(chip.port, CLASSIC.slice(0, 4));
    await sleep(chip.clock, 400);
    expect(sink.losses.map(({ code }) => code)).toEqual(["port.lost"]);
    expect(chip.running).toBe("rom-loader");
  });

  it("does not disturb a loader that is to be reset into download mode", async () => {
    const outcome = await outcomeOf(TIGHT, { usb: "otg", boot: "download" });
    expect(outcome).toMatchObject(nothing);
  });

  it("keeps the latched straps over a reset by RTS, and samples them at power-on", async () => {
    const chip = virtualChip("esp32s3", { usb: "otg", boot: "download" });
    await chip.port.open({ baudRate: 115200 }, recordingSink(chip.clock));
    await play(chip.port, HARD);
    await sleep(chip.clock, 400);
    expect(chip.running).toBe("rom-loader");
    chip.powerCycle();
    await sleep(chip.clock, 400);
    expect(chip.log.at(-1)?.event).toBe("start-flash");
  });

  it("keeps the latched straps over a soft reset, and samples them when the watchdog resets", async () => {
    const target = { stop: () => {}, start: () => {} };
    const button = { pressed: true };
    const clock = createVirtualClock();
    const logic = new UsbOtgResetLogic({ clock, timing: DEFAULT_TIMING, button, target, inApplication: () => false });
    button.pressed = false;
    expect(logic.sampleStraps("soft")).toBe("download");
    expect(logic.sampleStraps("watchdog")).toBe("flash");
    expect(logic.sampleStraps("soft")).toBe("flash");
  });
});
