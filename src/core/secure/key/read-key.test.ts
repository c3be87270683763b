import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../../../test/support/outcome.ts";
import { keyFile, privateKeyOf } from "../../../../test/support/secure/throw-away-keys.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { DER, derBits, derElement, derInteger, derObjectId } from "./der.ts";
import type { PrivateKey, RsaPrivateKey } from "./key-kinds.ts";
import { encodePkcs1, encodeSec1 } from "./key-structures.ts";
import { writePem } from "./pem.ts";
import { parseKey, readKey, readPrivateKey, readPublicKey } from "./read-key.ts";
import { encodePoint, isPrivateKey, publicKeyOf, rawPublicKey, schemeOf } from "./signing-key.ts";
import { privateKeyPem, publicKeyPem } from "./write-key.ts";

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const CURVES = { p192: "prime192v1", p256: "prime256v1", p384: "secp384r1" } as const;
const OPENSSL_KEYS: readonly (readonly [string, KeyObject])[] = [
  ["RSA", createPrivateKey(Buffer.from(keyFile("rsa3072-key-1")))],
  ...Object.entries(CURVES).map(
    ([name, namedCurve]) => [name, generateKeyPairSync("ec", { namedCurve }).privateKey] as const,
  ),
];
const traditional = (key: KeyObject): string =>
  key.export({ format: "pem", type: key.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1" }) as string;

describe.each(OPENSSL_KEYS)("a key of OpenSSL, %s,", (_, native) => {
  const key = privateKeyOf(traditional(native));
  const publicPem = createPublicKey(native).export({ format: "pem", type: "spki" }) as string;

  it("is written as OpenSSL writes it, byte for byte", () => {
    expect(privateKeyPem(key)).toBe(traditional(native));
    expect(publicKeyPem(publicKeyOf(key))).toBe(publicPem);
  });

  it("is the same key in PKCS#8 and in public forms", async () => {
    const pkcs8 = native.export({ format: "pem", type: "pkcs8" }) as string;
    expect(parseKey(bytesOf(pkcs8))).toEqual(key);
    expect(parseKey(bytesOf(publicPem))).toEqual(publicKeyOf(key));
    expect(await readPublicKey(bytesOf(pkcs8))).toEqual(publicKeyOf(key));
    expect(await readPrivateKey(bytesOf(pkcs8))).toEqual(key);
    if (key.kind !== "rsa") return;
    const pkcs1 = createPublicKey(native).export({ format: "pem", type: "pkcs1" }) as string;
    expect(parseKey(bytesOf(pkcs1))).toEqual(publicKeyOf(key));
  });

  it.each(["aes-128-cbc", "aes-192-cbc", "aes-256-cbc"])("opens with its password, %s", async (cipher) => {
    const pem = bytesOf(native.export({ format: "pem", type: "pkcs8", cipher, passphrase: "pass wörd" }) as string);
    expect(await readKey(pem, "pass wörd")).toEqual(key);
    expect(await readKey(pem, async () => "pass wörd")).toEqual(key);
    expect(await codeOf(readKey(pem, "pass word"))).toBe("secure.wrong-password");
    expect(await codeOf(readKey(pem, ""))).toBe("secure.wrong-password");
    expect(await codeOf(readKey(pem))).toBe("secure.key-encrypted");
    expect(thrown(() => parseKey(pem)).code).toBe("secure.key-encrypted");
  });
});

it("a wrong password is told from a damaged file, whatever the padding looks like", async () => {
  const [, native] = OPENSSL_KEYS[2] ?? [];
  const options = { format: "pem", type: "pkcs8", cipher: "aes-128-cbc", passphrase: "right" } as const;
  const pem = bytesOf(native?.export(options) as string);
  const codes = new Set<string>();
  for (let attempt = 0; attempt < 600; attempt++) codes.add(await codeOf(readKey(pem, `wrong ${attempt}`)));
  expect([...codes]).toEqual(["secure.wrong-password"]);
});

it("does not ask for the password of a key that has none", async () => {
  const ask = (): string => expect.unreachable();
  expect((await readKey(keyFile("rsa3072-key-1"), ask)).kind).toBe("rsa");
});

describe("a key file", () => {
  const p256 = privateKeyOf(traditional(OPENSSL_KEYS[2]?.[1] as KeyObject));
  const p256Pem = privateKeyPem(p256);
  const point = publicKeyOf(p256);
  if (point.kind !== "ecdsa" || p256.kind !== "ecdsa") throw new Error("not P-256");

  it("may be 64 bytes of a point on P-256", () => {
    expect(parseKey(rawPublicKey(point))).toEqual(point);
    expect(thrown(() => parseKey(new Uint8Array(64).fill(7))).code).toBe("secure.invalid-key");
    expect(thrown(() => parseKey(rawPublicKey(point).subarray(1))).code).toBe("secure.invalid-key");
  });

  it("may have carriage returns, text around the key and its curve's parameters before", () => {
    const parameters = writePem("EC PARAMETERS", derObjectId("1.2.840.10045.3.1.7"));
    const text = `Bag Attributes\n  name: x\n${parameters}${p256Pem}the end`;
    expect(parseKey(bytesOf(text.replaceAll("\n", "\r\n")))).toEqual(p256);
  });

  it("may have a compressed point, and a PKCS#8 with a public key behind", () => {
    const compressed = Uint8Array.of(2 + Number(point.y % 2n), ...encodePoint(point).subarray(1, 33));
    const algorithm = derElement(DER.sequence, derObjectId("1.2.840.10045.2.1"), derObjectId("1.2.840.10045.3.1.7"));
    const spki = derElement(DER.sequence, algorithm, derBits(compressed));
    expect(parseKey(bytesOf(writePem("PUBLIC KEY", spki)))).toEqual(point);
    const inner = derElement(DER.octetString, encodeSec1(p256));
    const extra = derElement(DER.context1Primitive, Uint8Array.of(0, ...encodePoint(point)));
    const pkcs8 = derElement(DER.sequence, derInteger(1n), algorithm, inner, extra);
    expect(parseKey(bytesOf(writePem("PRIVATE KEY", pkcs8)))).toEqual(p256);
  });

  it("with a public key where a private one is needed is refused", async () => {
    expect(await codeOf(readPrivateKey(bytesOf(publicKeyPem(point))))).toBe("secure.wrong-key-type");
    expect(await codeOf(readPrivateKey(rawPublicKey(point)))).toBe("secure.wrong-key-type");
  });

  it("that is no key, or broken off at any line, or has two keys, is refused", () => {
    const none = ["", "hello", writePem("CERTIFICATE", Uint8Array.of(0x30, 0)), p256Pem + p256Pem];
    const lines = p256Pem.trimEnd().split("\n");
    none.push(...lines.map((_, index) => lines.slice(0, index).join("\n")));
    none.push(...lines.map((_, index) => lines.filter((__, line) => line !== index).join("\n")));
    none.push(p256Pem + lines[0], `${lines[0]}\n${p256Pem}`);
    none.push(p256Pem.replace("END EC", "END"), p256Pem.replace(lines[1] ?? "", `*${lines[1]?.slice(1)}`));
    for (const text of none) expect(thrown(() => parseKey(bytesOf(text))).code, text).toBe("secure.invalid-key");
    expect(thrown(() => parseKey(new Uint8Array(70_000).fill(0x2d))).code).toBe("secure.invalid-key");
    expect(thrown(() => parseKey(bytesOf(p256Pem + " ".repeat(70_000)))).code).toBe("secure.invalid-key");
  });

  it("encrypted in the old style is refused with the way out", () => {
    const [, native] = OPENSSL_KEYS[0] ?? [];
    const pem = native?.export({ format: "pem", type: "pkcs1", cipher: "aes-128-cbc", passphrase: "x" }) as string;
    expect(pem).toContain("Proc-Type: 4,ENCRYPTED");
    const error = thrown(() => parseKey(bytesOf(pem)));
    expect(error.code).toBe("secure.unsupported-encryption");
    expect(error.hint).toContain("openssl pkcs8 -topk8");
  });

  it("of another algorithm, curve or with spelled-out parameters is refused", () => {
    const { privateKey: ed } = generateKeyPairSync("ed25519");
    const { privateKey: koblitz } = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
    const { privateKey: explicit } = generateKeyPairSync("ec", { namedCurve: "prime256v1", paramEncoding: "explicit" });
    for (const native of [ed, koblitz, explicit]) {
      const pem = native.export({ format: "pem", type: "pkcs8" }) as string;
      expect(thrown(() => parseKey(bytesOf(pem))).code).toBe("secure.wrong-key-type");
    }
  });
});

describe("numbers that are no key", () => {
  const rsa = privateKeyOf(keyFile("rsa3072-key-1")) as RsaPrivateKey;
  const parsed = (key: PrivateKey): string => {
    const label = key.kind === "rsa" ? "RSA PRIVATE KEY" : "EC PRIVATE KEY";
    return thrown(() => parseKey(bytesOf(writePem(label, key.kind === "rsa" ? encodePkcs1(key) : encodeSec1(key)))))
      .code;
  };

  it.each([
    "modulus",
    "publicExponent",
    "privateExponent",
    "prime1",
    "prime2",
    "exponent1",
    "exponent2",
    "coefficient",
  ] as const)("RSA with another %s", (name) => {
    expect(parsed({ ...rsa, [name]: rsa[name] + 2n })).toBe("secure.invalid-key");
    expect(parsed({ ...rsa, [name]: 0n })).toBe("secure.invalid-key");
  });

  it("RSA of more than two primes", () => {
    const [, ...fields] = Object.values(rsa) as [string, ...bigint[]];
    const [two, more] = [0n, 1n].map((version) => {
      const der = derElement(DER.sequence, derInteger(version), ...fields.map(derInteger));
      return bytesOf(writePem("RSA PRIVATE KEY", der));
    });
    expect(parseKey(two ?? bytesOf(""))).toEqual(rsa);
    expect(thrown(() => parseKey(more ?? bytesOf(""))).code).toBe("secure.invalid-key");
  });

  it.each([0n, 1n, 2n, 65538n, rsa.modulus + 2n])("a public RSA key with exponent %i", (exponent) => {
    const der = derElement(DER.sequence, derInteger(rsa.modulus), derInteger(exponent));
    expect(thrown(() => parseKey(bytesOf(writePem("RSA PUBLIC KEY", der)))).code).toBe("secure.invalid-key");
  });

  it("a key on another curve than its PKCS#8 says", () => {
    const algorithm = derElement(DER.sequence, derObjectId("1.2.840.10045.2.1"), derObjectId("1.2.840.10045.3.1.7"));
    const codes = (["p256", "p384"] as const).map((curve) => {
      const inner = derElement(DER.octetString, encodeSec1({ kind: "ecdsa", curve, scalar: 5n }));
      const pem = bytesOf(writePem("PRIVATE KEY", derElement(DER.sequence, derInteger(0n), algorithm, inner)));
      return curve === "p256" ? parseKey(pem).kind : thrown(() => parseKey(pem)).code;
    });
    expect(codes).toEqual(["ecdsa", "secure.invalid-key"]);
  });

  it("RSA with the modulus as a prime", () => {
    expect(parsed({ ...rsa, prime1: rsa.modulus, prime2: 1n })).toBe("secure.invalid-key");
  });

  it("a scalar of zero, at the order or longer than the curve", () => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    for (const [scalar, size] of [
      [0n, 32],
      [order, 32],
      [order + 1n, 32],
      [1n, 33],
    ] as const) {
      const octets = derElement(DER.octetString, Buffer.from(scalar.toString(16).padStart(2 * size, "0"), "hex"));
      const curve = derElement(DER.context0, derObjectId("1.2.840.10045.3.1.7"));
      const pem = writePem("EC PRIVATE KEY", derElement(DER.sequence, derInteger(1n), octets, curve));
      expect(thrown(() => parseKey(bytesOf(pem))).code).toBe("secure.invalid-key");
    }
  });

  it("a public key that belongs to another private key", () => {
    const one = encodeSec1({ kind: "ecdsa", curve: "p256", scalar: 5n });
    const two = encodeSec1({ kind: "ecdsa", curve: "p256", scalar: 6n });
    const mixed = Uint8Array.from([...one.subarray(0, one.length - 64), ...two.subarray(two.length - 64)]);
    expect(parseKey(bytesOf(writePem("EC PRIVATE KEY", one)))).toMatchObject({ scalar: 5n });
    expect(thrown(() => parseKey(bytesOf(writePem("EC PRIVATE KEY", mixed)))).code).toBe("secure.invalid-key");
  });
});

it("a key says which scheme it is for, and RSA of another size for none", () => {
  const schemes = OPENSSL_KEYS.map(([, native]) => schemeOf(privateKeyOf(traditional(native))));
  expect(schemes).toEqual(["rsa3072", "ecdsa192", "ecdsa256", "ecdsa384"]);
  expect(thrown(() => schemeOf(privateKeyOf(keyFile("rsa2048-key")))).code).toBe("secure.wrong-key-type");
});

it("no error tells anything of a key's secret", () => {
  const key = privateKeyOf(keyFile("rsa3072-key-1")) as RsaPrivateKey;
  const broken = { ...key, prime1: key.prime1 + 2n };
  const error = thrown(() => parseKey(bytesOf(writePem("RSA PRIVATE KEY", encodePkcs1(broken)))));
  const told = JSON.stringify([error.message, error.hint, error.details, String(error.cause ?? ""), error.stack]);
  expect(told).not.toContain(broken.prime1.toString(16).slice(0, 12));
  expect(told).not.toContain(broken.prime1.toString().slice(0, 12));
  expect(isPrivateKey(key)).toBe(true);
});
