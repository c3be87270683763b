import { describe, expect, it } from "vitest";
import { toHex } from "../../core/bytes/hex.ts";
import { threeQuartersDecode, threeQuartersEncode } from "./three-quarters.ts";

const data = Uint8Array.from({ length: 24 }, (_, index) => index);

describe("the 3/4 code", () => {
  it("is as fact sheet efuse-secure A9 has it", () => {
    expect(toHex(threeQuartersEncode(data))).toBe("000102030405011e060708090a0b012f0c0d0e0f101101321213141516170141");
    expect(toHex(threeQuartersEncode(new Uint8Array(24).fill(0xff))).slice(0, 16)).toBe("ffffffffffff00a8");
  });

  it("gives back what was put in", () => {
    expect(threeQuartersDecode(threeQuartersEncode(data))).toEqual({ data, warnings: [false, false, false, false] });
    expect(threeQuartersDecode(new Uint8Array(32)).warnings).toEqual([false, false, false, false]);
  });

  it("puts any one bit right, and says in which group", () => {
    for (let bit = 0; bit < 256; bit++) {
      const coded = threeQuartersEncode(data);
      coded[bit >>> 3] = coded[bit >>> 3]! ^ (1 << (bit & 7));
      const decoded = threeQuartersDecode(coded);
      expect(decoded.data).toEqual(data);
      expect(decoded.warnings).toEqual([0, 1, 2, 3].map((group) => group === bit >>> 6));
    }
  });

  it("leaves worse damage as it is", () => {
    const coded = threeQuartersEncode(data);
    coded[8] = 0xff;
    const decoded = threeQuartersDecode(coded);
    expect(decoded.data[6]).toBe(0xff);
    expect(decoded.warnings).toEqual([false, true, false, false]);
  });
});
