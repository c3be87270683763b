import { describe, expect, it } from "vitest";
import { thrown } from "../../../../test/support/thrown.ts";
import { fromHex, toHex } from "../../bytes/hex.ts";
import { EspError } from "../../errors.ts";
import { DER, DerCursor, derElement, derInteger, derObjectId } from "./der.ts";

const cursor = (hex: string): DerCursor =>
  new DerCursor(fromHex(hex) ?? new Uint8Array(0), () => new EspError("secure.invalid-key", "damaged"));
const refused = (call: () => unknown): string => thrown(call).code;

describe("reading DER", () => {
  it("takes lengths in their shortest form only", () => {
    expect(cursor(`0481${"80"}${"11".repeat(128)}`).take(DER.octetString).length).toBe(128);
    const wrong = {
      long: "04810111",
      zeros: "04820080".padEnd(8 + 256, "1"),
      indefinite: "04801100",
      four: "048400000080",
    };
    for (const [name, hex] of Object.entries(wrong))
      expect(
        refused(() => cursor(hex).take(DER.octetString)),
        name,
      ).toBe("secure.invalid-key");
  });

  it("refuses an element that breaks off at any byte", () => {
    const whole = derElement(DER.sequence, derInteger(2n ** 1200n));
    const hex = toHex(whole);
    expect(cursor(hex).enter(DER.sequence).integer()).toBe(2n ** 1200n);
    for (let length = 0; length < whole.length; length++)
      expect(refused(() => cursor(hex.slice(0, 2 * length)).enter(DER.sequence))).toBe("secure.invalid-key");
  });

  it("takes non-negative integers in their shortest form only", () => {
    expect(cursor("020100").integer()).toBe(0n);
    expect(cursor("02020080").integer()).toBe(128n);
    for (const hex of ["0200", "0180", "020180", "0202007f", "02020001", "0203ffffff"])
      expect(
        refused(() => cursor(hex).integer()),
        hex,
      ).toBe("secure.invalid-key");
  });

  it("reads object identifiers both ways and refuses padded or broken ones", () => {
    for (const dotted of [
      "1.2.840.113549.1.1.1",
      "1.2.840.10045.3.1.7",
      "2.16.840.1.101.3.4.1.42",
      "2.999.3",
      "0.9.2342",
    ])
      expect(cursor(toHex(derObjectId(dotted))).objectId()).toBe(dotted);
    for (const hex of ["0600", "06022a80", "06032a8001", "06062affffffffff"])
      expect(
        refused(() => cursor(hex).objectId()),
        hex,
      ).toBe("secure.invalid-key");
  });

  it("takes bit strings of whole bytes, and nothing behind the end", () => {
    expect(toHex(cursor("030200aa").bits())).toBe("aa");
    expect(refused(() => cursor("030204aa").bits())).toBe("secure.invalid-key");
    expect(refused(() => cursor("0300").bits())).toBe("secure.invalid-key");
    expect(refused(() => cursor("0500").end())).toBe("secure.invalid-key");
  });
});
