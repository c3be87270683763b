import { describe, expect, it } from "vitest";
import { thrown } from "../../../test/support/thrown.ts";
import { createNandFlash, NAND_BLOCK_BYTES } from "./nand-flash.ts";

describe("a NAND chip", () => {
  it("programs ones to zeros, page by page, and erases whole blocks", () => {
    const flash = createNandFlash();
    expect(flash.programPage(65, Uint8Array.of(0xf0, 0x0f))).toBe(true);
    expect(flash.programPage(65, Uint8Array.of(0x0f, 0x0f))).toBe(true);
    const at = NAND_BLOCK_BYTES + 2048;
    expect(flash.read(at - 1, 4)).toEqual(Uint8Array.of(0xff, 0x00, 0x0f, 0xff));
    expect(flash.counters).toMatchObject({ pagesProgrammed: 2, bytesNotErased: 1 });
    flash.programSpare(65, Uint8Array.of(0));
    expect(flash.eraseBlock(1)).toBe(true);
    expect(flash.snapshot().pages).toEqual([]);
    expect(flash.counters.erasesPerBlock).toEqual(new Map([[1, 1]]));
  });

  it("is born with marks on its bad blocks, which take nothing more", () => {
    const flash = createNandFlash({ badBlocks: [17, 3] });
    expect(flash.badBlocks).toEqual([3, 17]);
    expect(flash.readSpare(3 * 64)[0]).toBe(0);
    expect(flash.readSpare(4 * 64)[0]).toBe(0xff);
    expect(flash.programPage(3 * 64, Uint8Array.of(0))).toBe(false);
    expect(flash.eraseBlock(3)).toBe(false);
    expect(flash.readSpare(3 * 64)[0]).toBe(0);
    expect(thrown(() => createNandFlash({ badBlocks: [1024] })).code).toBe("virtual.invalid-option");
  });

  it("can be kept and put back", () => {
    const flash = createNandFlash({ badBlocks: [5] });
    flash.place(
      2040,
      Uint8Array.from({ length: 20 }, (_, index) => index),
    );
    const copy = createNandFlash();
    copy.load(flash.snapshot());
    expect(copy.snapshot()).toEqual(flash.snapshot());
    expect(copy.eraseBlock(5)).toBe(false);
  });
});
