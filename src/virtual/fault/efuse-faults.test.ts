import { describe, expect, it } from "vitest";
import { EfuseBench, pattern } from "../../../test/support/efuse/efuse-bench.ts";
import type { EfuseChipId } from "../efuse/efuse-layout-row.ts";
import { type VirtualEfuses, virtualEfuses } from "../efuse/efuse-memory.ts";
import { parseFaults } from "../text/fault-text.ts";
import { createFaults } from "./faults.ts";

function make(chip: EfuseChipId): { efuses: VirtualEfuses; bench: EfuseBench } {
  const efuses = virtualEfuses(chip);
  return { efuses, bench: new EfuseBench(chip, efuses) };
}

const RS_ERRORS = 0x1c0;
const REPEAT_ERRORS = 0x17c;
const BIT_33 = [0, 2, 0, 0, 0, 0, 0, 0];
const nothing = (count = 8): number[] => new Array<number>(count).fill(0);

describe("faults of the eFuses", () => {
  it("can be asked for in a text", () => {
    const { controls, plan } = createFaults({ unplugAfter: () => undefined });
    parseFaults(
      "stuck-efuse:0:33:1+extra-efuse:0:4+weak-efuse-burn:3:2+efuse-errors:5:2:1:1+efuse-busy:1+brown-out-efuse-read+efuse-timing",
    )(controls);
    const { efuses } = plan;
    expect(efuses.needsTiming).toBe(true);
    expect(efuses.burns(0, [1, 2])).toEqual([0x11, 0]);
    expect(efuses.burns(0, [1, 2])).toEqual([1, 2]);
    expect([1, 2, 3].map(() => efuses.burns(3, [1]))).toEqual([null, null, [1]]);
    expect(efuses.reports(5)).toEqual({ errors: 2, failed: true });
    expect(efuses.burns(5, [0])).toEqual([0]);
    expect(efuses.reports(5)).toBeNull();
    expect([1, 2, 3].map(() => efuses.hangs())).toEqual([false, true, false]);
    expect([efuses.brownsOut(), efuses.brownsOut()]).toEqual([true, false]);
    parseFaults("stuck-efuse:0:33+efuse-errors:5:2+weak-efuse-burn:3")(controls);
    expect(efuses.burns(0, [0, 2])).toEqual([0, 0]);
    expect(efuses.reports(5)).toEqual({ errors: 2, failed: false });
    controls.clear();
    expect(efuses.burns(0, [0, 2])).toEqual([0, 2]);
    expect(efuses.burns(3, [1])).toEqual([1]);
    expect(efuses.reports(5)).toBeNull();
    expect(efuses.needsTiming).toBe(false);
  });

  it("a stuck bit of BLOCK0 never burns", async () => {
    const { efuses, bench } = make("esp32c3");
    efuses.faults.stickEfuseBit(0, 64 + 16);
    await bench.burn(0, [0, 0, 0x00070000, 0, 0, 0]);
    await bench.burn(0, [0, 0, 0x00070000, 0, 0, 0]);
    expect((await bench.block(0))[2]).toBe(0x00060000);
  });

  it("a bit may stick so many times", async () => {
    const { efuses, bench } = make("esp32c3");
    efuses.faults.stickEfuseBit(0, 64 + 16, { times: 2 });
    for (const expected of [0, 0, 0x10000]) {
      await bench.burnBit(2, 16);
      expect((await bench.block(0))[2]).toBe(expected);
    }
  });

  it("burns that do not ask for the bit do not count", async () => {
    const { efuses, bench } = make("esp32c3");
    efuses.faults.stickEfuseBit(0, 64 + 16, { times: 1 });
    await bench.burnBit(2, 17);
    await bench.burnBit(2, 16);
    expect((await bench.block(0))[2]).toBe(0x20000);
  });

  it("a stuck bit of a coded block is put right, counted, and burned by the second attempt", async () => {
    const { efuses, bench } = make("esp32c3");
    efuses.faults.stickEfuseBit(4, 33, { times: 1 });
    await bench.burn(4, BIT_33);
    expect(await bench.block(4)).toEqual(BIT_33);
    expect(await bench.register(RS_ERRORS)).toBe(0x1000);
    await bench.burn(4, BIT_33);
    expect(await bench.register(RS_ERRORS)).toBe(0);
  });

  it("a bit that nobody asked for burns with the others of its block, once", async () => {
    const { efuses, bench } = make("esp32");
    efuses.faults.burnExtraEfuseBit(3, 5);
    await bench.burn(2, pattern(8));
    await bench.burn(3, [1, 0, 0, 0, 0, 0, 0, 0]);
    expect(await bench.block(3)).toEqual([0x21, 0, 0, 0, 0, 0, 0, 0]);
    expect(efuses.log.at(-2)).toMatchObject({ do: "program", block: 3, burned: 2 });
  });

  it("a burn that does not take works the second time", async () => {
    const { efuses, bench } = make("esp32c6");
    efuses.faults.failEfuseBurn(5);
    await bench.burn(5, pattern(8));
    expect(await bench.block(5)).toEqual(nothing());
    await bench.burn(5, pattern(8));
    expect(await bench.block(5)).toEqual(pattern(8));
    expect(await bench.register(RS_ERRORS)).toBe(0);
  });

  it("errors are reported until the block was burned anew", async () => {
    const { efuses, bench } = make("esp32c6");
    efuses.faults.reportEfuseErrors(2, { errors: 5, failed: false, mendsAfter: 2 });
    efuses.faults.reportEfuseErrors(4, { errors: 0, failed: true });
    efuses.faults.reportEfuseErrors(0, { errors: 3, failed: false });
    await bench.read();
    expect(await bench.register(RS_ERRORS)).toBe(0x8050);
    expect(await bench.register(REPEAT_ERRORS)).toBe(7);
    await bench.burn(2, nothing());
    expect(await bench.register(RS_ERRORS)).toBe(0x8050);
    await bench.burn(2, nothing());
    await bench.burn(4, nothing());
    expect(await bench.register(RS_ERRORS)).toBe(0x8000);
  });

  it("the ESP32 reports them in its decoder's warnings", async () => {
    const { efuses, bench } = make("esp32");
    efuses.faults.reportEfuseErrors(2, { errors: 1, failed: false });
    await bench.read();
    expect(await bench.register(0x11c)).toBe(0x10);
  });

  it("the controller may stay busy, and then takes no further command", async () => {
    const { efuses, bench } = make("esp32s3");
    efuses.faults.hangEfuseController({ skip: 1 });
    await bench.read();
    await bench.set(bench.facts.command, 1);
    await expect(bench.idle()).rejects.toThrow("busy");
    expect(await bench.register(bench.facts.command)).toBe(1);
    await bench.set(bench.facts.command, 1);
    expect(efuses.log.at(-1)).toMatchObject({ do: "ignored", why: "busy" });
  });

  it("set timing registers satisfy the chip that needs them", async () => {
    const { efuses, bench } = make("esp32c3");
    efuses.faults.requireEfuseTiming();
    await bench.set(0x1e8, (0xff << 9) | 0x28);
    await bench.burn(4, pattern(8));
    expect(await bench.block(4)).toEqual(nothing());
    await bench.set(0x1f0, 0x3000 << 8);
    await bench.burn(4, pattern(8));
    expect(await bench.block(4)).toEqual(pattern(8));
  });
});
