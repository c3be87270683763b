import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChipState, decodeState, encodeState } from "./state-file.ts";

const state: ChipState = {
  chip: "esp32c3",
  flash: {
    sizeBytes: 4 << 20,
    status: [0x02, 0x00, 0x60],
    pieces: [
      { address: 0x10000, bytes: Uint8Array.from({ length: 0x10000 }, (_, index) => (index * 7) & 0xff) },
      { address: 0x200000, bytes: Uint8Array.of(1, 2, 3) },
    ],
  },
  efuses: [
    [0x60008844, 0x12345678],
    [0x60008848, 0xffffffff],
  ],
};

describe("the state file", () => {
  it("gives back what was put in", () => {
    expect(decodeState(encodeState(state), "chip.json")).toEqual(state);
  });

  it("keeps NAND flash where there is some", () => {
    const nand = { badBlocks: [3, 17], pages: [{ page: 64, bytes: Uint8Array.of(1, 2, 3) }] };
    expect(decodeState(encodeState({ ...state, nand }), "chip.json")).toEqual({ ...state, nand });
  });

  it("leaves out trailing FF, which blank flash has anyway", () => {
    const bytes = new Uint8Array(0x10000).fill(0xff);
    bytes[5] = 0;
    const padded: ChipState = { ...state, flash: { ...state.flash, pieces: [{ address: 0, bytes }] } };
    const encoded = encodeState(padded);
    expect(encoded.length).toBeLessThan(500);
    expect(decodeState(encoded, "x").flash.pieces).toEqual([{ address: 0, bytes: bytes.slice(0, 6) }]);
  });

  it("is never read when it is damaged", () => {
    const small: ChipState = {
      ...state,
      flash: { ...state.flash, pieces: [{ address: 0x2000, bytes: Uint8Array.from({ length: 60 }, (_, i) => i) }] },
    };
    const good = encodeState(small);
    for (let bit = 0; bit < good.length * 8; bit++) {
      const damaged = good.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decodeState(damaged, "chip.json"), `bit ${bit}`).toThrow(
        expect.objectContaining({ code: "virtual.state-file" }),
      );
    }
    for (let length = 0; length < good.length - 1; length++) {
      expect(() => decodeState(good.slice(0, length), "chip.json"), `${length} bytes`).toThrow(
        expect.objectContaining({ code: "virtual.state-file" }),
      );
    }
  });

  it("refuses anything else", () => {
    const other = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
    for (const bytes of [other(""), other("null"), other("[]"), other('{"format":"x"}'), other("\u0000\uffff")]) {
      expect(() => decodeState(bytes, "x")).toThrow(expect.objectContaining({ code: "virtual.state-file" }));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => decodeState(bytes, "x")).toThrow(expect.objectContaining({ code: "virtual.state-file" }));
      }),
    );
  });

  it("checks the shape even when the digest is right", () => {
    const wrong = { ...state, flash: { ...state.flash, sizeBytes: -1 } };
    expect(() => decodeState(encodeState(wrong), "x")).toThrow(expect.objectContaining({ code: "virtual.state-file" }));
  });
});
