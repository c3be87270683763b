import { describe, expect, it } from "vitest";
import { EFUSE_CHIPS, EfuseBench, pattern, threeQuartersWords } from "../../../test/support/efuse/efuse-bench.ts";
import { isEspError } from "../../core/errors.ts";
import { virtualEfuses } from "./efuse-memory.ts";

const C3 = 0x60008800;

/** The place of a register's lowest byte in the file. */
const place = (offset: number): number => 0x200 - 1 - offset;

describe("eFuses reached by registers", () => {
  it.each(EFUSE_CHIPS)("are blank without a file, or with an empty one: %s", async (chip) => {
    const size = chip === "esp32" ? 0x120 : 0x200;
    expect(virtualEfuses(chip).file()).toEqual(new Uint8Array(size));
    expect(virtualEfuses(chip, { file: new Uint8Array(0) }).file()).toEqual(new Uint8Array(size));
  });

  it.each([1, 511, 513, 288])("refuse a file of %d bytes", (size) => {
    const open = (): unknown => virtualEfuses("esp32c3", { file: new Uint8Array(size) });
    expect(open).toThrow(expect.objectContaining({ code: "efuse.file-damaged" }));
    try {
      open();
    } catch (error) {
      expect(isEspError(error) && error.hint).toMatch(/512/);
      expect(isEspError(error) && error.hint).toMatch(new RegExp(String(size)));
    }
  });

  it("keep bytes of which they know nothing, and the caller's array", async () => {
    const file = Buffer.from(Uint8Array.from({ length: 0x200 }, () => 0));
    file[place(0x1f8)] = 0x77;
    file[place(0x1fd)] = 0x12;
    const original = Buffer.from(file);
    const efuses = virtualEfuses("esp32c3", { file });
    expect(Buffer.compare(file, original)).toBe(0);
    expect(Buffer.compare(efuses.file(), original)).toBe(0);
    const bench = new EfuseBench("esp32c3", efuses);
    await bench.burn(3, pattern(8));
    expect(Buffer.compare(file, original)).toBe(0);
    expect(await bench.register(0x1fc)).toBe(0x1200);
    const written = efuses.file();
    expect([written[place(0x1f8)], written[place(0x1fd)]]).toEqual([0x77, 0x12]);
  });

  it.each(EFUSE_CHIPS)("come back from their file as they were: %s", async (chip) => {
    const first = virtualEfuses(chip);
    const bench = new EfuseBench(chip, first);
    for (const block of bench.blocks.slice(1)) await bench.burn(block, pattern(bench.words(block), block));
    await bench.burnBit(0, 5);
    const second = new EfuseBench(chip, virtualEfuses(chip, { file: first.file() }));
    for (const block of bench.blocks) expect(await second.block(block)).toEqual(await bench.block(block));
    // The parity fits again: burning the same once more does no harm.
    await second.burn(3, pattern(bench.words(3), 3));
    expect(await second.block(3)).toEqual(await bench.block(3));
  });

  it("the ESP32's 3/4 code is made anew", async () => {
    const first = virtualEfuses("esp32");
    const bench = new EfuseBench("esp32", first);
    await bench.burn(0, [0, 0, 0, 0, 0, 0, 1]);
    const data = Uint8Array.from({ length: 24 }, (_, index) => 7 * index);
    await bench.burn(3, threeQuartersWords(data));
    const second = new EfuseBench("esp32", virtualEfuses("esp32", { file: first.file() }));
    expect(await second.block(3)).toEqual(await bench.block(3));
    await second.burn(3, threeQuartersWords(data));
    expect(await second.register(0x11c)).toBe(0);
  });

  it("what is read-protected is lost to the file", async () => {
    const first = virtualEfuses("esp32c3");
    const bench = new EfuseBench("esp32c3", first);
    await bench.burn(4, pattern(8));
    await bench.burnBit(1, 0);
    expect([...first.file()].slice(place(0xbb), place(0x9b))).toEqual(new Array(32).fill(0));
  });

  it("errors in a file are shown until their block is burned anew", async () => {
    const file = new Uint8Array(0x200);
    file[place(0x1c0)] = 0x25;
    file[place(0x17e)] = 0x80;
    const bench = new EfuseBench("esp32c6", virtualEfuses("esp32c6", { file }));
    expect(await bench.register(0x1c0)).toBe(0x25);
    expect(await bench.register(0x17c)).toBe(0x800000);
    await bench.burn(2, pattern(8));
    expect(await bench.register(0x1c0)).toBe(0x05);
    await bench.burnBit(2, 16);
    expect(await bench.register(0x17c)).toBe(0);
  });

  it("the ESP32's too", async () => {
    const file = new Uint8Array(0x120);
    file[0x120 - 1 - 0x11c] = 0x30;
    const bench = new EfuseBench("esp32", virtualEfuses("esp32", { file }));
    expect(await bench.register(0x11c)).not.toBe(0);
    await bench.burn(2, pattern(8));
    expect(await bench.register(0x11c)).toBe(0);
  });

  it("have the crystals and revisions of fact sheet efuse-secure A15", async () => {
    const all = EFUSE_CHIPS.map((chip) => virtualEfuses(chip));
    expect(all.filter(({ crystalMhz }) => crystalMhz !== 40).map(({ chip }) => chip)).toEqual([
      "esp32h2",
      "esp32h21",
      "esp32h4",
    ]);
    const revisions = all.filter(({ revision }) => revision !== 0).map(({ chip, revision }) => [chip, revision]);
    expect(Object.fromEntries(revisions)).toEqual({
      esp32: 300,
      esp32c2: 100,
      esp32c3: 4,
      esp32s2: 100,
      esp32s3: 2,
      esp32p4: 300,
    });
    expect(await virtualEfuses("esp32").readRegisters([0x3ff6607c, 0x3ff66078])).toEqual([0x80000000, 0]);
    expect(await virtualEfuses("esp32c3").readRegisters([0x3ff6607c])).toEqual([0]);
  });

  it("writes change the bits of their mask, after their delay", async () => {
    const efuses = virtualEfuses("esp32c3");
    const before = efuses.clock.now();
    await efuses.writeRegisters([
      { address: C3 + 0x1e8, value: 0xffff },
      { address: C3 + 0x1e8, value: 0x28, mask: 0xff, delayMicroseconds: 1000 },
      { address: C3 + 0x1ec, value: 0x80000000, mask: 0x80000000 },
      { address: 0x40000000, value: 1 },
    ]);
    expect(await efuses.readRegisters([C3 + 0x1e8, C3 + 0x1ec])).toEqual([0xff28, 0x80000000]);
    expect(efuses.clock.now() - before).toBeGreaterThanOrEqual(1);
  });

  it.each(["esp32", "esp32c3"] as const)(
    "leave nothing in the windows of the file of %s but the op code",
    async (chip) => {
      const efuses = virtualEfuses(chip);
      const bench = new EfuseBench(chip, efuses);
      await bench.fill(3, pattern(8));
      await bench.program(3);
      const page = efuses.file().reverse();
      const window = chip === "esp32" ? 0xd8 : 0x00;
      expect([...page.slice(window, window + 0x20)]).toEqual(new Array(0x20).fill(0));
      expect([...page.slice(bench.facts.conf, bench.facts.conf + 2)]).toEqual([0xa5, 0x5a]);
    },
  );

  it("leave the parity of the last coded block in the file, though the host cleared it", async () => {
    const efuses = virtualEfuses("esp32c3");
    const bench = new EfuseBench("esp32c3", efuses);
    await bench.burn(
      4,
      [0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c, 0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c],
    );
    await bench.fill(4, new Array(11).fill(0));
    await bench.burnBit(2, 16);
    const [first = 0] = efuses.file().slice(place(0x20));
    expect(first).toBe(0xa0);
  });
});
