import { createCipheriv, pbkdf2Sync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../../../test/support/outcome.ts";
import { DER, derElement, derInteger, derObjectId } from "./der.ts";
import type { EcdsaPrivateKey } from "./key-kinds.ts";
import { encodePkcs8 } from "./key-structures.ts";
import { writePem } from "./pem.ts";
import { readKey } from "./read-key.ts";

const KEY: EcdsaPrivateKey = { kind: "ecdsa", curve: "p256", scalar: 0x1234_5678n };
const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
const AES_256_CBC = "2.16.840.1.101.3.4.1.42";
const PRF = { sha1: 7, sha224: 8, sha256: 9, sha384: 10, sha512: 11 } as const;
type Prf = keyof typeof PRF;

interface Choice {
  readonly scheme?: string;
  readonly derivation?: string;
  readonly cipher?: string;
  readonly prf?: Prf;
  /** Left out where it is the default, SHA-1. */
  readonly namesPrf?: boolean;
  readonly iterations?: bigint;
  readonly keyLength?: bigint;
  readonly ivBytes?: number;
  readonly cutBytes?: number;
}

/** The key as RFC 8018 has it, encrypted with the password `open` by OpenSSL's functions. */
function encrypted(choice: Choice = {}): Uint8Array<ArrayBuffer> {
  const { prf = "sha256", namesPrf = true, iterations = 1000n, ivBytes = 16, cutBytes = 0 } = choice;
  const salt = new Uint8Array(8).fill(3);
  const iv = new Uint8Array(16).fill(5);
  const cipher = createCipheriv("aes-256-cbc", pbkdf2Sync("open", salt, 1000, 32, prf), iv);
  const ciphertext = Buffer.concat([cipher.update(encodePkcs8(KEY)), cipher.final()]);
  const pseudoRandom = derElement(DER.sequence, derObjectId(`1.2.840.113549.2.${PRF[prf]}`), derElement(DER.null));
  const parameters = [derElement(DER.octetString, salt), derInteger(iterations)];
  if (choice.keyLength !== undefined) parameters.push(derInteger(choice.keyLength));
  if (namesPrf) parameters.push(pseudoRandom);
  const derivation = derElement(
    DER.sequence,
    derObjectId(choice.derivation ?? PBKDF2),
    derElement(DER.sequence, ...parameters),
  );
  const encryption = derElement(
    DER.sequence,
    derObjectId(choice.cipher ?? AES_256_CBC),
    derElement(DER.octetString, iv.subarray(0, ivBytes)),
  );
  const algorithm = derElement(
    DER.sequence,
    derObjectId(choice.scheme ?? PBES2),
    derElement(DER.sequence, derivation, encryption),
  );
  const content = derElement(DER.octetString, ciphertext.subarray(0, ciphertext.length - cutBytes));
  return new TextEncoder().encode(writePem("ENCRYPTED PRIVATE KEY", derElement(DER.sequence, algorithm, content)));
}

describe("an encrypted key", () => {
  it.each<[string, Choice]>([
    ["SHA-1, which goes without saying", { prf: "sha1", namesPrf: false }],
    ["SHA-1", { prf: "sha1" }],
    ["SHA-256", { prf: "sha256" }],
    ["SHA-384", { prf: "sha384" }],
    ["SHA-512", { prf: "sha512" }],
    ["the length of its key", { keyLength: 32n }],
  ])("opens with %s", async (_what, choice) => {
    expect(await readKey(encrypted(choice), "open")).toEqual(KEY);
  });

  it.each<[string, Choice, string]>([
    ["another scheme", { scheme: "1.2.840.113549.1.12.1.3" }, "secure.unsupported-encryption"],
    ["another derivation", { derivation: "1.3.6.1.4.1.11591.4.11" }, "secure.unsupported-encryption"],
    ["another cipher", { cipher: "2.16.840.1.101.3.4.1.46" }, "secure.unsupported-encryption"],
    ["another digest", { prf: "sha224" }, "secure.unsupported-encryption"],
    ["no iteration", { iterations: 0n }, "secure.unsupported-encryption"],
    ["iterations that would never end", { iterations: 10_000_001n }, "secure.unsupported-encryption"],
    ["another length of its key", { keyLength: 16n }, "secure.invalid-key"],
    ["half of its start", { ivBytes: 8 }, "secure.invalid-key"],
    ["a piece missing", { cutBytes: 1 }, "secure.invalid-key"],
    ["nothing inside", { cutBytes: 144 }, "secure.invalid-key"],
  ])("is refused with %s", async (_what, choice, code) => {
    expect(await codeOf(readKey(encrypted(choice), "open"))).toBe(code);
  });
});
