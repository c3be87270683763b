import { expect, it } from "vitest";
import type { ChipId } from "../../src/core/chip/types.ts";
import type { EspEvent } from "../../src/core/events.ts";
import { readFlashId } from "../../src/core/flash/setup/flash-id.ts";
import { writeFlash } from "../../src/core/flash/write/write-flash.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import { virtualChip } from "../../src/virtual/virtual-chip.ts";
import { live } from "../support/chip/live.ts";

// On an adapter that waits 16 ms each exchange takes some 33 ms, whatever it is about. One more is a reason to think.
const COUNTS: readonly (readonly [ChipId, { connecting: number; preparing: number; flashId: number }])[] = [
  ["esp32", { connecting: 19, preparing: 9, flashId: 9 }],
  ["esp32s2", { connecting: 16, preparing: 8, flashId: 10 }],
  ["esp32s3", { connecting: 16, preparing: 8, flashId: 10 }],
  ["esp32c3", { connecting: 14, preparing: 8, flashId: 7 }],
  ["esp32c6", { connecting: 14, preparing: 8, flashId: 7 }],
  ["esp32p4", { connecting: 14, preparing: 8, flashId: 7 }],
  ["esp8266", { connecting: 16, preparing: 8, flashId: 7 }],
];

it.each(COUNTS)(
  "%s: connecting, preparing a write, and asking for the flash id take so many exchanges",
  async (id, counts) => {
    const data = new Uint8Array(0x8000).fill(0x55);
    let questions = 0;
    const onEvent = (event: EspEvent): void => {
      if (event.type === "write.compared") questions = event.questions;
    };
    const made = async () => {
      const chip = virtualChip(id, { contents: [{ address: 0x10000, bytes: data }] });
      const session = await connect(chip.port, { baudRate: 921_600, onEvent });
      return { session, link: live(session).link };
    };
    const writing = await made();
    const connecting = writing.link.counters.exchanges;
    const { files } = await writeFlash(writing.session, [{ address: 0x10000, data }]);
    expect(files[0]?.writtenBytes).toBe(0);
    const preparing = writing.link.counters.exchanges - connecting - questions;
    await disconnect(writing.session);
    const asking = await made();
    const before = asking.link.counters.exchanges;
    await readFlashId(asking.session);
    const flashId = asking.link.counters.exchanges - before;
    await disconnect(asking.session);
    expect({ connecting, preparing, flashId }).toEqual(counts);
  },
);

it("of an SPI peripheral that never ends a command no answer is made up", async () => {
  const chip = virtualChip("esp32c3");
  const session = await connect(chip.port, { baudRate: 115_200 });
  const { link, chip: descriptor } = live(session);
  const { base, w0 } = descriptor.spi;
  const exchange = link.exchange.bind(link) as (...given: readonly unknown[]) => Promise<unknown>;
  const hung = new Map([
    [base, 1 << 18],
    [base + w0, 0],
  ]);
  Object.assign(link, {
    exchange: async (command: { name: string }, request: { address: number }, ...rest: readonly unknown[]) =>
      (command.name === "READ_REG" ? hung.get(request.address) : undefined) ??
      (await exchange(command, request, ...rest)),
  });
  await expect(readFlashId(session)).rejects.toMatchObject({
    code: "flash.no-answer",
    cause: { code: "flash.spi-timeout" },
  });
});
