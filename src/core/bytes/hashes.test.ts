import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { offerDigests } from "../host.ts";
import { toHex } from "./hex.ts";
import { md5, md5Stream } from "./md5.ts";
import { sha256 } from "./sha256.ts";

const OWN = { md5, sha256 };
// What other tests of this process opened offers Node's.
beforeAll(() => offerDigests(null));
const hash = (name: string, bytes: Uint8Array): string => createHash(name).update(bytes).digest("hex");

describe.each(["md5", "sha256"] as const)("%s", (name) => {
  it("is that of Node for every length up to three blocks", () => {
    const bytes = Uint8Array.from({ length: 193 }, (_, index) => index * 37 + 5);
    for (let length = 0; length <= bytes.length; length++) {
      const part = bytes.subarray(0, length);
      expect(toHex(OWN[name](part)), `${length} bytes`).toBe(hash(name, part));
    }
  });

  it("is that of Node for any bytes, wherever they stand in their memory", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat(70), (bytes, skipped) => {
        const part = bytes.subarray(Math.min(skipped, bytes.length));
        expect(toHex(OWN[name](part))).toBe(hash(name, part));
      }),
    );
  });

  // RFC 1321, A.5; FIPS 180-4's examples.
  it("is that of its standard", () => {
    const known = {
      md5: "900150983cd24fb0d6963f7d28e17f72",
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    };
    expect(toHex(OWN[name](new TextEncoder().encode("abc")))).toBe(known[name]);
  });
});

describe("an MD5 of data in pieces", () => {
  it("is the same however the data is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 12 }), (pieces) => {
        const stream = md5Stream();
        for (const piece of pieces) stream.update(piece);
        expect(toHex(stream.digest())).toBe(hash("md5", Buffer.concat(pieces)));
      }),
    );
  });

  it("has copies that go their own way", () => {
    const [first, second] = [Uint8Array.of(1, 2, 3), new Uint8Array(100).fill(7)];
    const stream = md5Stream().update(first);
    const copy = stream.clone().update(second);
    expect(stream.digest()).toEqual(md5(first));
    expect(toHex(copy.digest())).toBe(hash("md5", Buffer.concat([first, second])));
  });
});
