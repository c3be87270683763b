import { expect, it } from "vitest";
import { thrown } from "../../../../test/support/thrown.ts";
import { parseImage } from "../firmware/parse-image.ts";
import { makeImage } from "./make-image.ts";

const code = { address: 0x40100000, data: new Uint8Array(6).fill(1) };
const data = { address: 0x3ffe8000, data: new Uint8Array(4).fill(2) };

it("writes the segments in their order, with codes 0 in the header", () => {
  const [first, ...others] = makeImage([data, code], 0x40100004);
  expect(others).toEqual([]);
  const image = parseImage(first!.bytes, "esp8266");
  expect(image.header).toEqual({ segmentCount: 2, modeByte: 0, sizeFrequencyByte: 0, entry: 0x40100004 });
  expect(image.segments.map(({ address, data: bytes }) => [address, [...bytes]])).toEqual([
    [0x3ffe8000, [2, 2, 2, 2]],
    [0x40100000, [1, 1, 1, 1, 1, 1, 0, 0]],
  ]);
  expect(image.checksum).toEqual({ stored: 0xef, computed: 0xef });
  expect(first!.bytes.length).toBe(48);
});

it("writes what is in flash as a second file", () => {
  const outputs = makeImage([code, { address: 0x40210000, data: Uint8Array.of(9) }]);
  expect(outputs[1]).toEqual({ bytes: Uint8Array.of(9, 0, 0, 0), flashOffset: 0x10000 });
});

it("refuses what is no image", () => {
  expect(thrown(() => makeImage([])).code).toBe("image.invalid");
  expect(thrown(() => makeImage(Array.from({ length: 17 }, () => code))).code).toBe("image.invalid");
  expect(thrown(() => makeImage([{ ...code, address: -4 }])).code).toBe("argument.invalid");
  expect(thrown(() => makeImage([code], 2 ** 32)).code).toBe("argument.invalid");
});
