import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "../../bytes/hex.ts";
import { FULL_TWEAK, tweakKey, tweakMasks } from "./esp32-tweak.ts";

/** The zero key's tweak, which is the pattern of inverted bits. */
function pattern(flashCryptConfig: number, offset: number): string {
  const tweaked = new Uint32Array(8);
  tweakKey(tweakMasks(flashCryptConfig), new Uint32Array(8), offset, tweaked);
  return toHex(new Uint8Array(tweaked.buffer));
}

// Fact sheet, D5: the tweak as two multiplications of the unit's number, right below 16 MB.
const FACTOR_1 = 0x0000200004000080000004000080001000000200004000080000040000800010n;
const FACTOR_2 = 0x0000000000000000200000000000000010000000000000002000000000000001n;
const SECOND = 0x000000000000007fe00000000000000ff000000000000007e00000000000000fn;
const GROUP_BITS = [67, 65, 63, 61] as const;

function enabledBits(flashCryptConfig: number): bigint {
  return GROUP_BITS.reduce(
    (bits, length, group) =>
      (bits << BigInt(length)) | ((flashCryptConfig >> group) & 1 ? (1n << BigInt(length)) - 1n : 0n),
    0n,
  );
}

function multiplied(flashCryptConfig: number, offset: number): string {
  const unit = BigInt(offset >>> 5);
  const mask = ((FACTOR_1 * unit) | ((FACTOR_2 * unit) & SECOND)) & enabledBits(flashCryptConfig);
  return mask.toString(16).padStart(64, "0");
}

describe("the ESP32's key tweak", () => {
  it("gives the reference's keys", () => {
    expect(pattern(FULL_TWEAK, 0x1000)).toBe("0010000200004010000200004000080800010000200004000002000040000800");
    expect(pattern(FULL_TWEAK, 0xffffe0)).toBe("ff".repeat(32));
    expect(pattern(FULL_TWEAK, 0)).toBe("00".repeat(32));
  });
  it("inverts the bits of the groups that are switched on", () => {
    for (let config = 0; config <= FULL_TWEAK; config++)
      expect(pattern(config, 0xffffe0)).toBe(enabledBits(config).toString(16).padStart(64, "0"));
  });
  it("is the same within 32 bytes", () => {
    expect(pattern(FULL_TWEAK, 0x1010)).toBe(pattern(FULL_TWEAK, 0x1000));
    expect(pattern(FULL_TWEAK, 0x1020)).not.toBe(pattern(FULL_TWEAK, 0x1000));
  });
  it("is the multiplication formula's below 16 MB", () => {
    fc.assert(
      fc.property(fc.nat(0xffffff), fc.nat(15), (offset, config) => {
        expect(pattern(config, offset)).toBe(multiplied(config, offset));
      }),
      { numRuns: 500 },
    );
  });
});
