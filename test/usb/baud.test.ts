import { describe, expect, it } from "vitest";
import { ch34xDivisor, ch34xRegister } from "../../src/web/usb/drivers/ch34x-divisor.ts";
import { cp210xPart, cp210xRate } from "../../src/web/usb/drivers/cp210x-parts.ts";
import { ftdiChip } from "../../src/web/usb/drivers/ftdi-chips.ts";
import { ftdiDivisor } from "../../src/web/usb/drivers/ftdi-divisor.ts";
import { pl2303Rate } from "../../src/web/usb/drivers/pl2303-rate.ts";
import { pl2303Type } from "../../src/web/usb/drivers/pl2303-types.ts";
import { webUsbPort } from "../../src/webusb.ts";
import { codeOf, instantClock, RecordingSink } from "../support/port/ports.ts";
import { fakeDevice, transferCase, usbFixture } from "../support/usb/usb-vectors.ts";

interface Row {
  readonly rate: number;
  readonly usable?: boolean;
  readonly actual?: number;
  readonly wValue?: number | null;
  readonly wIndex?: number;
  readonly limitedPrescalerIndex?: number;
  readonly wIndexNoChannel?: number;
  readonly wIndexChannelA?: number;
  readonly wIndexChannelB?: number;
  readonly baudBytes?: readonly number[];
  readonly cp2105sci?: boolean;
  readonly cp2102n?: boolean;
  readonly cp2104?: boolean;
}
type Table = { readonly rows: readonly Row[] };
const tables = usbFixture<Readonly<Record<string, Table>>>("baud");
const rows = (name: string): readonly Row[] => tables[name]?.rows ?? [];

describe("divisors", () => {
  it("are there", () => expect(Object.values(tables).flatMap((table) => table.rows).length).toBeGreaterThan(170));

  it.each(rows("ch34x").filter(({ usable }) => usable))("of a CH340 at $rate", (row) => {
    const divisor = ch34xDivisor(row.rate, false);
    expect(ch34xRegister(divisor, true)).toBe(row.wIndex);
    expect(divisor.actual).toBeCloseTo(row.actual ?? 0, 0);
    expect(ch34xRegister(ch34xDivisor(row.rate, true), true)).toBe(row.limitedPrescalerIndex);
  });

  it.each(rows("ftdi-full-speed"))("of an FT232R at $rate", (row) => {
    const divisor = ftdiDivisor(row.rate, false);
    if (row.wValue === null) return expect(divisor).toBeNull();
    expect([(divisor?.code ?? 0) & 0xffff, (divisor?.code ?? 0) >> 16]).toEqual([row.wValue, row.wIndexNoChannel]);
    expect(divisor?.actual).toBeCloseTo(row.actual ?? 0, 0);
  });

  it.each(rows("ftdi-high-speed"))("of an FT2232H at $rate", (row) => {
    const divisor = ftdiDivisor(row.rate, true);
    const high = (divisor?.code ?? 0) >> 16;
    expect([(divisor?.code ?? 0) & 0xffff, (high << 8) | 1, (high << 8) | 2]).toEqual([
      row.wValue,
      row.wIndexChannelA,
      row.wIndexChannelB,
    ]);
    expect(divisor?.actual).toBeCloseTo(row.actual ?? 0, 0);
  });

  it.each([
    ["cp2102", 2],
    ["cp2104-2102n", 32],
  ] as const)("of a part of %s", (name, part) => {
    for (const row of rows(name).filter(({ actual, usable }) => actual !== undefined && usable))
      expect(cp210xRate(cp210xPart(part, 0), row.rate), String(row.rate)).toBeCloseTo(row.actual ?? 0, 0);
  });

  it.each([
    ["pl2303-hx", "HX"],
    ["pl2303-ta", "TA"],
    ["pl2303-g", "G"],
  ] as const)("of %s", (name, type) => {
    for (const row of rows(name)) {
      const { bytes, actual } = pl2303Rate(type, row.rate);
      expect([...bytes], String(row.rate)).toEqual(row.baudBytes);
      expect(actual).toBeCloseTo(row.actual ?? 0, 0);
    }
  });
});

/** Rates that a device must refuse, and those that it must take. */
const BY_DEVICE: readonly (readonly [string, string, (row: Row) => boolean])[] = [
  ["ch340g-v31", "ch34x", ({ usable = true }) => usable],
  ["ft232r", "ftdi-full-speed", ({ usable = true }) => usable],
  ["ft2232h-b", "ftdi-high-speed", ({ usable = true }) => usable],
  ["cp2102", "cp2102", ({ usable = true }) => usable],
  ["cp2104", "cp2104-2102n", ({ usable = true, cp2104 = true }) => usable && cp2104],
  ["cp2105-standard", "cp2104-2102n", ({ usable = true, cp2105sci = true }) => usable && cp2105sci],
  ["pl2303-hx", "pl2303-hx", ({ usable = true }) => usable],
  ["pl2303-gc", "pl2303-g", ({ usable = true }) => usable],
  ["ch343", "cdc", () => true],
];

describe("a rate that an adapter cannot make", () => {
  it.each(BY_DEVICE)(
    "%s takes and refuses as in %s, with nothing sent for what it refuses",
    async (name, table, takes) => {
      const one = transferCase(name);
      const { usb, device } = fakeDevice(one);
      const port = webUsbPort(device, { usb, clock: instantClock, interfaceNumber: one.claimInOrder[0] });
      await port.open({ baudRate: 115_200 }, new RecordingSink());
      for (const row of rows(table)) {
        device.log = [];
        const code = await codeOf(port.setBaudRate(row.rate));
        expect([row.rate, code]).toEqual([row.rate, takes(row) ? "no error" : "port.baud-unsupported"]);
        if (!takes(row)) expect(device.log).toEqual([]);
      }
      await port.close();
    },
  );

  it("does not open the port, and lets go of the device", async () => {
    const { usb, device } = fakeDevice(transferCase("cp2102"));
    const port = webUsbPort(device, { usb, clock: instantClock });
    expect(await codeOf(port.open({ baudRate: 1_500_000 }, new RecordingSink()))).toBe("port.baud-unsupported");
    expect([device.opened, device.log.at(-1)]).toEqual([false, { call: "close" }]);
    expect(await codeOf(port.open({ baudRate: 115_200 }, new RecordingSink()))).toBe("no error");
  });
});

describe("kinds of chips", () => {
  it.each([
    [0x0400, "FT232B", false],
    [0x0500, "FT2232C/D", false],
    [0x0600, "FT232R", false],
    [0x0700, "FT2232H", true],
    [0x0800, "FT4232H", true],
    [0x0900, "FT232H", true],
    [0x1000, "FT-X", false],
    [0x3300, "FT232HP", true],
  ])("of FTDI: version %i is %s", (version, name, isFast) => {
    expect(ftdiChip(version)).toMatchObject({ name, isFast });
  });

  it.each([
    [{ deviceClass: 2 }, "H"],
    [{ controlPacketSize: 8 }, "H"],
    [{ usbVersionMajor: 1, version: 0x0300 }, "HX"],
    [{ usbVersionMajor: 1, version: 0x0400 }, "HXD"],
    [{ version: 0x0300, hasOldRegisters: true }, "TA"],
    [{ version: 0x0500, hasOldRegisters: true }, "TB"],
    [{ version: 0x0300 }, "G"],
    [{ version: 0x0100 }, "G"],
  ])("of Prolific: %j is %s", (facts, type) => {
    const usual = { deviceClass: 0, usbVersionMajor: 2, version: 0, controlPacketSize: 64, hasOldRegisters: false };
    expect(pl2303Type({ ...usual, ...facts })).toBe(type);
  });
});
