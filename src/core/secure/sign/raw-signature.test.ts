import { expect, it } from "vitest";
import { thrown } from "../../../../test/support/thrown.ts";
import { toHex } from "../../bytes/hex.ts";
import { DER, derElement, derInteger } from "../key/der.ts";
import { publicKeyOf } from "../key/signing-key.ts";
import { ecdsaSignatureToDer, readSignature } from "./raw-signature.ts";

const KEY = publicKeyOf({ kind: "ecdsa", curve: "p256", scalar: 7n });
const der = (r: bigint, s: bigint): Uint8Array<ArrayBuffer> => derElement(DER.sequence, derInteger(r), derInteger(s));

it("a DER signature is read as r then s, each of the curve's size, and written back", () => {
  const bytes = der(2n ** 256n - 1n, 5n);
  const raw = readSignature(bytes, KEY);
  expect(toHex(raw)).toBe("f".repeat(64) + "5".padStart(64, "0"));
  expect(toHex(ecdsaSignatureToDer(raw))).toBe(toHex(bytes));
  expect(readSignature(raw, KEY)).toBe(raw);
});

it("what cannot be a signature by the key is refused", () => {
  const good = der(2n ** 255n, 5n);
  const wrong = [
    der(2n ** 256n, 5n),
    der(5n, 2n ** 256n),
    derElement(DER.sequence, derInteger(5n)),
    derElement(DER.sequence, derInteger(5n), derInteger(6n), derInteger(7n)),
    good.subarray(1),
    Uint8Array.from([...good, 0]),
    new Uint8Array(0),
    new Uint8Array(63),
    new Uint8Array(384),
  ];
  for (const bytes of wrong) expect(thrown(() => readSignature(bytes, KEY)).code).toBe("secure.invalid-signature");
});
