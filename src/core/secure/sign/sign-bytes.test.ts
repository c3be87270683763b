import { describe, expect, it } from "vitest";
import { toHex } from "../../bytes/hex.ts";
import type { CurveName } from "../../image/signature/signature-block.ts";
import { publicKeyOf, rawPublicKey } from "../key/signing-key.ts";
import { signBytes, signDeterministically } from "./sign-bytes.ts";
import { verifyBytes } from "./verify-bytes.ts";

interface Vector {
  readonly curve: CurveName;
  readonly scalar: bigint;
  /** x then y. */
  readonly point: string;
  readonly message: string;
  readonly r: string;
  readonly s: string;
}

// RFC 6979, appendices A.2.3 (P-192) and A.2.5 (P-256) with SHA-256, A.2.6 (P-384) with SHA-384.
const P192 = {
  curve: "p192",
  scalar: 0x6fab034934e4c0fc9ae67f5b5659a9d7d1fefd187ee09fd4n,
  point: "AC2C77F529F91689FEA0EA5EFEC7F210D8EEA0B9E047ED563BC723E57670BD4887EBC732C523063D0A7C957BC97C1C43",
} as const;
const P256 = {
  curve: "p256",
  scalar: 0xc9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721n,
  point:
    "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6" +
    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
} as const;
const P384 = {
  curve: "p384",
  scalar: 0x6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5n,
  point:
    "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13" +
    "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720",
} as const;
const VECTORS: readonly Vector[] = [
  {
    ...P192,
    message: "sample",
    r: "4B0B8CE98A92866A2820E20AA6B75B56382E0F9BFD5ECB55",
    s: "CCDB006926EA9565CBADC840829D8C384E06DE1F1E381B85",
  },
  {
    ...P192,
    message: "test",
    r: "3A718BD8B4926C3B52EE6BBE67EF79B18CB6EB62B1AD97AE",
    s: "5662E6848A4A19B1F1AE2F72ACD4B8BBE50F1EAC65D9124F",
  },
  {
    ...P256,
    message: "sample",
    r: "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
    s: "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
  },
  {
    ...P256,
    message: "test",
    r: "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
    s: "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
  },
  {
    ...P384,
    message: "sample",
    r: "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
    s: "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
  },
];

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe.each(VECTORS)("RFC 6979 on $curve, '$message'", ({ curve, scalar, point, message, r, s }) => {
  const key = { kind: "ecdsa", curve, scalar } as const;

  it("gives the published public key and signature", () => {
    const publicKey = publicKeyOf(key);
    if (publicKey.kind !== "ecdsa") return expect.unreachable();
    expect(toHex(rawPublicKey(publicKey))).toBe(point.toLowerCase());
    expect(toHex(signDeterministically(key, bytesOf(message)))).toBe((r + s).toLowerCase());
  });

  it("takes the published signature and no other data, key or length", async () => {
    const publicKey = publicKeyOf(key);
    const signature = Uint8Array.from(Buffer.from(r + s, "hex"));
    expect(await verifyBytes(publicKey, bytesOf(message), signature)).toBe(true);
    expect(await verifyBytes(publicKey, bytesOf(`${message}.`), signature)).toBe(false);
    expect(await verifyBytes(publicKeyOf({ ...key, scalar: scalar - 1n }), bytesOf(message), signature)).toBe(false);
    expect(await verifyBytes(publicKey, bytesOf(message), signature.subarray(1))).toBe(false);
    expect(await verifyBytes(publicKey, bytesOf(message), new Uint8Array(signature.length))).toBe(false);
    expect(await verifyBytes(publicKey, bytesOf(message), new Uint8Array(signature.length).fill(0xff))).toBe(false);
  });

  it("signs with another nonce each time for secure boot v2", async () => {
    const [one, two] = [await signBytes(key, bytesOf(message)), await signBytes(key, bytesOf(message))];
    expect(toHex(one)).not.toBe(toHex(two));
    for (const signature of [one, two])
      expect(await verifyBytes(publicKeyOf(key), bytesOf(message), signature)).toBe(true);
  });
});

it("does not normalise s: half of all signatures have a high one", () => {
  const half = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n / 2n;
  const key = { kind: "ecdsa", ...P256 } as const;
  const high = Array.from({ length: 16 }, (_, index) => signDeterministically(key, Uint8Array.of(index))).filter(
    (signature) => BigInt(`0x${toHex(signature.subarray(32))}`) > half,
  );
  expect(high.length).toBeGreaterThan(2);
  expect(high.length).toBeLessThan(14);
});
