import { describe, expect, it } from "vitest";
import { sleep } from "../../src/core/clock.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import { virtualChip as blankChip, type VirtualChip } from "../../src/virtual/virtual-chip.ts";
import { recordingSink } from "../support/chip/recording-sink.ts";
import { codeOf } from "../support/outcome.ts";
import { delegatePort } from "../support/port/delegate-port.ts";

/** With an application to run. */
const virtualChip = (): VirtualChip =>
  blankChip("esp32c3", { contents: [{ address: 0, bytes: Uint8Array.of(0xe9, 1, 0, 0, 0, 0, 0, 0x40) }] });

describe("a session that ends with its port kept open", () => {
  it("sends nothing, and another session goes on with the loader that is there", async () => {
    const chip = virtualChip();
    const events: string[] = [];
    const onEvent = ({ type }: { readonly type: string }): void => void events.push(type);
    const first = await connect(chip.port, { onEvent });
    events.length = 0;
    const port = await disconnect(first, { keepOpen: true });
    expect(events).toEqual([]);
    expect(chip.running).toBe("stub");
    const second = await connect(port, { before: "no-reset", onEvent });
    expect(events).toContain("stub.already-running");
    await disconnect(second);
    await sleep(chip.clock, 2000);
    expect(chip.running).toBe("user-code");
  });

  it("resets the chip if asked to, and loses nothing of what it prints before the port is taken", async () => {
    const chip = virtualChip();
    const port = await disconnect(await connect(chip.port), { reset: "hard-reset", keepOpen: true });
    await sleep(chip.clock, 2000);
    const sink = recordingSink(chip.clock);
    await port.open({ baudRate: 115_200 }, sink);
    expect(sink.text()).toContain("ESP-ROM:esp32c3");
    await port.close();
    // The port itself again.
    await disconnect(await connect(chip.port));
  });

  it("gives the port at the baud rate that its next user wants", async () => {
    const chip = virtualChip();
    const rates: number[] = [];
    const setBaudRate = async (rate: number): Promise<void> => {
      rates.push(rate);
      await chip.port.setBaudRate(rate);
    };
    const first = await connect(delegatePort(chip.port, { setBaudRate }), { baudRate: 921_600 });
    const port = await disconnect(first, { keepOpen: true });
    rates.length = 0;
    await port.open({ baudRate: 921_600 }, recordingSink(chip.clock));
    expect(rates).toEqual([]);
    await port.close();
    const again = await disconnect(await connect(delegatePort(chip.port, { setBaudRate })), { keepOpen: true });
    rates.length = 0;
    await again.open({ baudRate: 74_880 }, recordingSink(chip.clock));
    expect(rates).toEqual([74_880]);
  });

  it("says that the port is gone", async () => {
    const chip = virtualChip();
    const session = await connect(chip.port);
    chip.unplug();
    expect(await codeOf(disconnect(session, { keepOpen: true }))).toBe("port.lost");
  });

  it("has decided it for whoever ends it once more", async () => {
    const session = await connect(virtualChip().port);
    const [port] = await Promise.all([disconnect(session, { keepOpen: true }), disconnect(session)]);
    await disconnect(await connect(port));
    const closed = await connect(virtualChip().port);
    await disconnect(closed);
    expect(await codeOf(disconnect(closed, { keepOpen: true }))).toBe("session.closed");
  });
});
