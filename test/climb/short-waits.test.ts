import { describe, expect, it } from "vitest";
import { sleep } from "../../src/core/clock.ts";
import { type ConnectOptions, connect, type EspEvent, writeFlash } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { live } from "../support/chip/live.ts";
import { noise } from "../support/noise.ts";
import { delegatePort } from "../support/port/delegate-port.ts";

const SYNC = 0x08;
const CHANGE_BAUDRATE = 0x0f;
const REPLIES = 8;

/** What was said, in order: `S` a SYNC, `a` an answer to it, `C` another command; and when each SYNC was over. */
async function conversation(adapterLatencyMs: number, options: ConnectOptions = {}) {
  const chip = virtualChip("esp32s2", { timing: { adapterLatencyMs } });
  const said: { readonly what: string; readonly atMs: number }[] = [];
  const note = (what: string): void => void said.push({ what, atMs: chip.clock.now() });
  const onEvent = (event: EspEvent): void => {
    if (event.type !== "trace") return;
    if (event.what === "command") note(event.opcode === SYNC ? "S" : "C");
    else if (event.what === "frame" && event.bytes[1] === SYNC) note("a");
  };
  const session = await connect(chip.port, { ...options, trace: true, onEvent });
  return { chip, session, said };
}

describe("answers to a SYNC", () => {
  it("that an adapter holds back are not waited for when those before say the same, and disturb nothing", async () => {
    const { session, said } = await conversation(16, { baudRate: 115_200 });
    const told = said.map(({ what }) => what).join("");
    // Four fit in a packet of the adapter.
    expect(told).toMatch(/^SaaaaC/);
    expect(told.match(/a/g)).toHaveLength(REPLIES);
    const [sync, , , , lastAnswer, next] = said.map(({ atMs }) => atMs);
    // As long as the chip needs to send the rest, so that it listens again.
    expect((next ?? 0) - (lastAnswer ?? 0)).toBeCloseTo((4 * 14 * 10_000) / 115_200);
    expect(lastAnswer).toBeGreaterThan(sync ?? 0);
    expect(session.loader).toBe("stub");
    expect(live(session).link.counters.resynchronisations).toBe(0);
  });

  it("are all taken where they come as fast as the line lets them", async () => {
    const { said } = await conversation(1);
    expect(said.map(({ what }) => what).join("")).toMatch(/^Sa{8}C/);
  });

  it("of which the first is garbled do not hide that a stub answers", async () => {
    const chip = virtualChip("esp32c3", { timing: { adapterLatencyMs: 16 } });
    const first = await connect(chip.port, { baudRate: 115_200 });
    await live(first).link.close();
    let isFirst = true;
    const port = delegatePort(chip.port, {
      open: async (options, sink) =>
        await chip.port.open(options, {
          ...sink,
          data: (bytes) => {
            if (!isFirst) return void sleep(chip.clock, 30).then(() => sink.data(bytes));
            isFirst = false;
            // The value of the first answer: of a ROM loader it is not 0. The others come later.
            sink.data(bytes.map((byte, at) => (at === 5 ? 0x07 : byte)).subarray(0, 12));
            if (bytes.length > 12) void sleep(chip.clock, 30).then(() => sink.data(bytes.subarray(12)));
          },
        }),
    });
    const events: string[] = [];
    await connect(port, { before: "no-reset", baudRate: 115_200, onEvent: ({ type }) => events.push(type) });
    expect(events).toContain("stub.already-running");
  });
});

it("the chip is given 20 ms to change its rate", async () => {
  const { said } = await conversation(1, { baudRate: 921_600 });
  const again = said.findLastIndex(({ what }) => what === "S");
  expect(again).toBeGreaterThan(0);
  const waitedMs = (said[again]?.atMs ?? 0) - (said[again - 1]?.atMs ?? 0);
  // With the exchange that asked for it.
  expect(waitedMs).toBeGreaterThan(20);
  expect(waitedMs).toBeLessThan(30);
});

it.each([
  ["hears nothing at a rate is reset at once", { maximumBaud: 460_800 }, "921600 SS reset"],
  ["is heard garbled at a rate is told of the one before", { maximumBaudToHost: 460_800 }, "921600 SS 460800 S"],
] as const)("a chip that %s", async (_what, adapter, expected) => {
  const chip = virtualChip("esp32s2", { adapter });
  const said: string[] = [];
  const port = delegatePort(chip.port, {
    setLines: async (lines) => {
      if (said.at(-1) !== " reset") said.push(" reset");
      await chip.port.setLines(lines);
    },
  });
  const onEvent = (event: EspEvent): void => {
    if (event.type !== "trace" || event.what !== "command") return;
    if (event.opcode === SYNC) said.push("S");
    else if (event.opcode === CHANGE_BAUDRATE) said.push(` ${new DataView(event.data.buffer).getUint32(0, true)} `);
    else said.push(".");
  };
  const session = await connect(port, { trace: true, onEvent });
  await writeFlash(session, [{ address: 0x10000, data: noise(0x9000) }], { compress: "never", skip: false });
  expect(session.baudRate).toBe(460_800);
  expect(said.join("")).toContain(expected);
});
