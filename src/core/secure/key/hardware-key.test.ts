import { describe, expect, it } from "vitest";
import { keyPairOf } from "../../../../test/support/secure/throw-away-keys.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { CURVES } from "./curves.ts";
import { DER, derElement, derObjectId } from "./der.ts";
import { hardwareEcdsaKey, hardwareRsaKey } from "./hardware-key.ts";
import { encodePoint, publicKeyOf, SIGNING_SCHEMES } from "./signing-key.ts";

const bigEndian = (value: bigint): Uint8Array<ArrayBuffer> => {
  const digits = value.toString(16);
  return Uint8Array.from(Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex"));
};

describe.each(SIGNING_SCHEMES)("a hardware module's public key, %s,", async (scheme) => {
  const key = publicKeyOf((await keyPairOf(scheme))[0]);

  it("is read from its attributes", () => {
    if (key.kind === "rsa") {
      expect(hardwareRsaKey(bigEndian(key.modulus), bigEndian(key.exponent))).toEqual(key);
      return;
    }
    const parameters = derObjectId(CURVES[key.curve].objectId);
    const point = encodePoint(key);
    expect(hardwareEcdsaKey(parameters, derElement(DER.octetString, point))).toEqual(key);
    expect(hardwareEcdsaKey(parameters, point)).toEqual(key);
  });

  it("is refused when it is none", () => {
    if (key.kind === "rsa") {
      const [modulus, exponent, nothing] = [bigEndian(key.modulus), bigEndian(key.exponent), new Uint8Array(0)];
      for (const call of [() => hardwareRsaKey(nothing, exponent), () => hardwareRsaKey(modulus, nothing)])
        expect(thrown(call).code).toBe("secure.invalid-key");
      expect(thrown(() => hardwareRsaKey(modulus, Uint8Array.of(4))).code).toBe("secure.invalid-key");
      return;
    }
    const parameters = derObjectId(CURVES[key.curve].objectId);
    const point = encodePoint(key);
    for (const broken of [
      point.subarray(1),
      new Uint8Array(0),
      point.map((byte, index) => (index === 9 ? byte ^ 1 : byte)),
    ])
      expect(thrown(() => hardwareEcdsaKey(parameters, broken)).code).toBe("secure.invalid-key");
    expect(thrown(() => hardwareEcdsaKey(new Uint8Array(0), point)).code).toBe("secure.invalid-key");
    expect(thrown(() => hardwareEcdsaKey(derObjectId("1.3.132.0.10"), point)).code).toBe("secure.wrong-key-type");
  });
});
