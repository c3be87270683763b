import { describe, expect, it } from "vitest";
import { CLASSIC, HARD, play, recordingSink, TIGHT, USB_JTAG } from "../../test/support/chip/recording-sink.ts";
import { CHIPS } from "../core/chip/catalog.ts";
import type { ChipId } from "../core/chip/types.ts";
import { sleep } from "../core/clock.ts";
import { isEspError } from "../core/errors.ts";
import { decodeReply, encodeRequest } from "../core/wire/packet.ts";
import { SlipDecoder, slipEncode } from "../core/wire/slip.ts";
import type { VirtualChipOptions } from "./check-options.ts";
import { type VirtualChip, virtualChip } from "./virtual-chip.ts";

/** Fact sheet 3.7. */
const SYNC = slipEncode(
  encodeRequest({
    opcode: 0x08,
    checksum: 0,
    data: Uint8Array.from([0x07, 0x07, 0x12, 0x20, ...new Array<number>(32).fill(0x55)]),
  }),
);
const SYNC_REPLIES = 8;

function repliesIn(bytes: readonly number[]): number[] {
  const opcodes: number[] = [];
  const decoder = new SlipDecoder({
    frame: (payload) => {
      const reply = decodeReply(payload);
      if (reply !== null) opcodes.push(reply.opcode);
    },
    noise: () => {},
  });
  decoder.push(Uint8Array.from(bytes));
  return opcodes;
}

async function syncReplies(chip: VirtualChip, baudRate = 115200): Promise<number> {
  const sink = recordingSink(chip.clock);
  await chip.port.open({ baudRate }, sink);
  await play(chip.port, chip.port.info.usbProductId === 0x1001 ? USB_JTAG : CLASSIC);
  await chip.port.write(SYNC);
  await sleep(chip.clock, 100);
  await chip.port.close();
  return repliesIn(sink.bytes()).filter((opcode) => opcode === 0x08).length;
}

describe("a virtual chip's port", () => {
  it.each(CHIPS.map(({ id }) => id))("lets %s be reset into download mode and synchronised", async (id: ChipId) => {
    expect(await syncReplies(virtualChip(id))).toBe(SYNC_REPLIES);
  });

  it.each(CHIPS.filter(({ usb }) => usb.serialJtag).map(({ id }) => id))(
    "does so over the USB-Serial/JTAG of %s",
    async (id: ChipId) => {
      const chip = virtualChip(id, { usb: "serial-jtag" });
      expect(chip.port.info).toMatchObject({ usbVendorId: 0x303a, usbProductId: 0x1001 });
      expect(chip.port.capabilities.baud).toBe(false);
      expect(await syncReplies(chip, 9600)).toBe(SYNC_REPLIES);
    },
  );

  it.each(CHIPS.filter(({ usb }) => usb.otgProductId !== null).map(({ id }) => id))(
    "speaks over the USB-OTG of %s",
    async (id: ChipId) => {
      const chip = virtualChip(id, { usb: "otg", boot: "download" });
      expect(chip.port.info.usbProductId).toBe(chip.chip.usb.otgProductId);
      expect(await syncReplies(chip)).toBe(SYNC_REPLIES);
    },
  );

  it("refuses a USB that the chip does not have", () => {
    expect(() => virtualChip("esp32", { usb: "serial-jtag" })).toThrow(
      expect.objectContaining({ code: "virtual.invalid-option" }),
    );
    expect(() => virtualChip("esp32c3", { usb: "otg" })).toThrow(
      expect.objectContaining({ code: "virtual.invalid-option" }),
    );
  });

  it("does the same at the same times every time", async () => {
    const run = async (): Promise<unknown> => {
      const chip = virtualChip("esp32c3");
      chip.faults.soak(7, 200);
      const sink = recordingSink(chip.clock);
      await chip.port.open({ baudRate: 115200 }, sink);
      await play(chip.port, TIGHT);
      for (let index = 0; index < 5; index++) {
        await chip.port.write(SYNC);
        await sleep(chip.clock, 50);
      }
      await play(chip.port, HARD);
      await sleep(chip.clock, 100);
      await chip.port.close();
      return [sink.chunks.map(({ atMs, bytes }) => [atMs, [...bytes]]), chip.log, chip.counters];
    };
    expect(await run()).toEqual(await run());
  });

  it("works in real time, too", async () => {
    const chip = virtualChip("esp32c3", { clock: "real", boot: "download" });
    const sink = recordingSink(chip.clock);
    await chip.port.open({ baudRate: 921600 }, sink);
    await chip.port.setBaudRate(115200);
    await chip.port.write(SYNC);
    while (repliesIn(sink.bytes()).length < SYNC_REPLIES) await sleep(chip.clock, 5);
    await chip.port.close();
  });

  it("counts", async () => {
    const chip = virtualChip("esp32c3");
    await syncReplies(chip);
    expect(chip.counters).toMatchObject({ requests: 1, replies: 8, resets: 1, opens: 1, hostBytes: SYNC.length });
    expect(chip.running).toBe("rom-loader");
    expect(chip.log.map(({ event }) => event)).toEqual(["start-flash", "reset", "start-download"]);
  });

  it("starts application code after a hard reset when there is an image", async () => {
    const image = Uint8Array.from([0xe9, 0, 2, 0x20, 0x78, 0x56, 0x34, 0x12, ...new Array<number>(16).fill(0)]);
    const options: VirtualChipOptions = { contents: [{ address: 0, bytes: image }], appText: "app here\r\n" };
    const chip = virtualChip("esp32c3", options);
    const sink = recordingSink(chip.clock);
    await chip.port.open({ baudRate: 115200 }, sink);
    await play(chip.port, HARD);
    await sleep(chip.clock, 100);
    expect(sink.text()).toMatch(/rst:0x1 \(POWERON\),boot:0xc \(SPI_FAST_FLASH_BOOT\)/);
    expect(sink.text()).toMatch(/entry 0x12345678\r\napp here\r\n$/);
    expect(chip.running).toBe("user-code");
    await chip.port.close();
  });
});

describe("losing a virtual chip", () => {
  it("tells the open port once and refuses everything until it is plugged in again", async () => {
    const chip = virtualChip("esp32c3");
    const sink = recordingSink(chip.clock);
    await chip.port.open({ baudRate: 115200 }, sink);
    const writing = chip.port.write(new Uint8Array(20_000));
    chip.unplug();
    await expect(writing).rejects.toMatchObject({ code: "port.lost" });
    expect(sink.losses.map(({ code }) => code)).toEqual(["port.lost"]);
    await expect(chip.port.write(SYNC)).rejects.toMatchObject({ code: "port.lost" });
    await expect(chip.port.setLines({ dtr: false, rts: false })).rejects.toMatchObject({ code: "port.lost" });
    await chip.port.close();
    await chip.port.close();
    await expect(chip.port.open({ baudRate: 115200 }, sink)).rejects.toMatchObject({ code: "port.missing" });
    chip.replug();
    expect(await syncReplies(chip)).toBe(SYNC_REPLIES);
    expect(sink.losses).toHaveLength(1);
  });

  it("happens on USB-OTG at every reset, and the port comes back", async () => {
    const chip = virtualChip("esp32s2", { usb: "otg" });
    const sink = recordingSink(chip.clock);
    await chip.port.open({ baudRate: 115200 }, sink);
    await play(chip.port, CLASSIC.slice(0, 4));
    expect(sink.losses).toHaveLength(1);
    await chip.port.close();
    await expect(chip.port.open({ baudRate: 115200 }, sink)).rejects.toMatchObject({ code: "port.missing" });
    await sleep(chip.clock, 500);
    const again = recordingSink(chip.clock);
    await chip.port.open({ baudRate: 115200 }, again);
    await chip.port.write(SYNC);
    await sleep(chip.clock, 100);
    expect(repliesIn(again.bytes())).toHaveLength(SYNC_REPLIES);
  });

  it("is what unplugging faults do, at the very byte", async () => {
    const chip = virtualChip("esp32c3", { boot: "held" });
    chip.faults.unplugAfterHostBytes(10);
    const sink = recordingSink(chip.clock);
    await chip.port.open({ baudRate: 115200 }, sink);
    await chip.port.write(SYNC);
    await sleep(chip.clock, 100);
    expect(sink.losses).toHaveLength(1);
    expect(chip.counters.replies).toBe(0);
    const other = virtualChip("esp32c3", { boot: "held" });
    other.faults.unplugAfterChipBytes(5);
    const heard = recordingSink(other.clock);
    await other.port.open({ baudRate: 115200 }, heard);
    await other.port.write(SYNC);
    await sleep(other.clock, 100);
    expect(heard.bytes()).toHaveLength(5);
    expect(heard.losses).toHaveLength(1);
    const timed = virtualChip("esp32c3");
    timed.faults.unplugAfter(1000);
    const late = recordingSink(timed.clock);
    await timed.port.open({ baudRate: 115200 }, late);
    await sleep(timed.clock, 999);
    expect(late.losses).toHaveLength(0);
    await sleep(timed.clock, 2);
    expect(late.losses).toHaveLength(1);
  });
});

describe("the port contract", () => {
  it("says what is wrong with a call", async () => {
    const chip = virtualChip("esp32", { lines: false });
    const sink = recordingSink(chip.clock);
    await expect(chip.port.write(SYNC)).rejects.toMatchObject({ code: "port.closed" });
    await expect(chip.port.open({ baudRate: 0 }, sink)).rejects.toMatchObject({ code: "port.baud-unsupported" });
    await chip.port.open({ baudRate: 115200 }, sink);
    await expect(chip.port.open({ baudRate: 115200 }, sink)).rejects.toMatchObject({ code: "port.busy" });
    await expect(chip.port.setLines({ dtr: true, rts: false })).rejects.toMatchObject({
      code: "port.lines-unsupported",
    });
    await expect(chip.port.setBaudRate(Number.NaN)).rejects.toSatisfy((error) =>
      isEspError(error, "port.baud-unsupported"),
    );
    await chip.port.close();
  });
});
