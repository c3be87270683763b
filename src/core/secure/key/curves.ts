import { type ECDSA, ecdsa, weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { p256, p384 } from "@noble/curves/nist.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { sha256 } from "../../bytes/sha256.ts";
import { sha384 } from "../../bytes/sha512.ts";
import type { CurveName } from "../../image/signature/signature-block.ts";

/** What differs between the curves of secure boot. */
export interface Curve {
  readonly name: CurveName;
  /** As OpenSSL calls it. */
  readonly opensslName: string;
  readonly objectId: string;
  /** Of a coordinate, the scalar, and half a signature. */
  readonly sizeBytes: number;
  /** The digest that is signed. */
  readonly digest: (data: Uint8Array) => Uint8Array<ArrayBuffer>;
  /** WebCrypto's names of curve and digest; null where it has not got the curve. */
  readonly web: { readonly namedCurve: string; readonly hash: string } | null;
  readonly library: ECDSA;
}

/** secp192r1, which no library here has by name (FIPS 186-4 D.1.2.1; SEC 2, 2.5.2). */
const P192 = weierstrass({
  p: 2n ** 192n - 2n ** 64n - 1n,
  n: 0xffffffffffffffffffffffff99def836146bc9b1b4d22831n,
  h: 1n,
  a: 2n ** 192n - 2n ** 64n - 4n,
  b: 0x64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1n,
  Gx: 0x188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012n,
  Gy: 0x07192b95ffc8da78631011ed6b24cdd573f977a11e794811n,
});

export const CURVES: Readonly<Record<CurveName, Curve>> = {
  p192: {
    name: "p192",
    opensslName: "prime192v1",
    objectId: "1.2.840.10045.3.1.1",
    sizeBytes: 24,
    digest: sha256,
    web: null,
    library: ecdsa(P192, nobleSha256),
  },
  p256: {
    name: "p256",
    opensslName: "prime256v1",
    objectId: "1.2.840.10045.3.1.7",
    sizeBytes: 32,
    digest: sha256,
    web: { namedCurve: "P-256", hash: "SHA-256" },
    library: p256,
  },
  p384: {
    name: "p384",
    opensslName: "secp384r1",
    objectId: "1.3.132.0.34",
    sizeBytes: 48,
    digest: sha384,
    web: { namedCurve: "P-384", hash: "SHA-384" },
    library: p384,
  },
};
