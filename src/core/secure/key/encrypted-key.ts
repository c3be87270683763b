import { cbc } from "@noble/ciphers/aes.js";
import { EspError } from "../../errors.ts";
import { host } from "../../host.ts";
import { DER, DerCursor } from "./der.ts";
import { damagedKey } from "./key-structures.ts";
import { requireSubtle } from "./web-crypto.ts";

// RFC 8018 (PKCS#5 v2.1), appendices A and B; the AES identifiers are NIST's.
const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
const HASH_OF_PRF: Readonly<Record<string, string>> = {
  "1.2.840.113549.2.7": "SHA-1",
  "1.2.840.113549.2.9": "SHA-256",
  "1.2.840.113549.2.10": "SHA-384",
  "1.2.840.113549.2.11": "SHA-512",
};
const KEY_BYTES_OF_CIPHER: Readonly<Record<string, number>> = {
  "2.16.840.1.101.3.4.1.2": 16,
  "2.16.840.1.101.3.4.1.22": 24,
  "2.16.840.1.101.3.4.1.42": 32,
};
const AES_BLOCK_BYTES = 16;
/** Fifteen times what is advised now (600 000); more would only stall the program that opens a hostile file. */
const MAXIMUM_ITERATIONS = 10_000_000n;

interface Encryption {
  readonly hash: string;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly iterations: number;
  readonly keyBytes: number;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly ciphertext: Uint8Array<ArrayBuffer>;
}

/**
 * The PKCS#8 structure inside an EncryptedPrivateKeyInfo (RFC 5958): PBES2 of PBKDF2 and AES-CBC, OpenSSL's default.
 *
 * Errors: `secure.invalid-key`, `secure.unsupported-encryption`, `secure.wrong-password`.
 */
export async function decryptPkcs8(bytes: Uint8Array<ArrayBuffer>, password: string): Promise<Uint8Array<ArrayBuffer>> {
  const encryption = parseEncryption(bytes);
  const key = await deriveKey(encryption, password);
  // The host's AES is not used: browsers have none with 192 bits.
  let plain: Uint8Array<ArrayBuffer>;
  try {
    plain = cbc(key, encryption.iv).decrypt(encryption.ciphertext);
  } catch {
    throw wrongPassword();
  }
  // One wrong password in 256 leaves a padding that looks right, but no key behind it.
  if (!isSequence(plain)) throw wrongPassword();
  return plain;
}

function parseEncryption(bytes: Uint8Array<ArrayBuffer>): Encryption {
  const outer = new DerCursor(bytes, damagedKey);
  const fields = outer.enter(DER.sequence);
  outer.end();
  const algorithm = fields.enter(DER.sequence);
  const ciphertext = fields.take(DER.octetString);
  fields.end();
  if (algorithm.objectId() !== PBES2) throw unsupported();
  const parameters = algorithm.enter(DER.sequence);
  algorithm.end();
  const derivation = parameters.enter(DER.sequence);
  const cipher = parameters.enter(DER.sequence);
  parameters.end();
  if (derivation.objectId() !== PBKDF2) throw unsupported();
  const pbkdf2 = derivation.enter(DER.sequence);
  derivation.end();
  const keyBytes = KEY_BYTES_OF_CIPHER[cipher.objectId()];
  if (keyBytes === undefined) throw unsupported();
  const iv = cipher.take(DER.octetString);
  cipher.end();
  if (iv.length !== AES_BLOCK_BYTES || ciphertext.length === 0 || ciphertext.length % AES_BLOCK_BYTES !== 0)
    throw damagedKey();
  return { ...parseDerivation(pbkdf2, keyBytes), keyBytes, iv, ciphertext };
}

function parseDerivation(pbkdf2: DerCursor, keyBytes: number): Pick<Encryption, "hash" | "salt" | "iterations"> {
  const salt = pbkdf2.take(DER.octetString);
  const iterations = pbkdf2.integer();
  if (iterations === 0n || iterations > MAXIMUM_ITERATIONS) throw unsupported();
  if (pbkdf2.isNext(DER.integer) && pbkdf2.integer() !== BigInt(keyBytes)) throw damagedKey();
  let hash: string | undefined = "SHA-1";
  if (pbkdf2.isNext(DER.sequence)) {
    const prf = pbkdf2.enter(DER.sequence);
    hash = HASH_OF_PRF[prf.objectId()];
    if (prf.isNext(DER.null)) prf.take(DER.null);
    prf.end();
  }
  pbkdf2.end();
  if (hash === undefined) throw unsupported();
  return { hash, salt, iterations: Number(iterations) };
}

async function deriveKey(
  { hash, salt, iterations, keyBytes }: Encryption,
  password: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const subtle = requireSubtle();
  const secret = new host.TextEncoder().encode(password);
  const base = await subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
  return new Uint8Array(await subtle.deriveBits({ name: "PBKDF2", hash, salt, iterations }, base, keyBytes * 8));
}

function isSequence(bytes: Uint8Array<ArrayBuffer>): boolean {
  const cursor = new DerCursor(bytes, wrongPassword);
  try {
    cursor.take(DER.sequence);
    cursor.end();
    return true;
  } catch {
    return false;
  }
}

function wrongPassword(): EspError {
  return new EspError("secure.wrong-password", "The password does not open the key.", {
    hint: "Give the password that this key file was encrypted with; capitals and blanks count.",
  });
}

function unsupported(): EspError {
  return new EspError("secure.unsupported-encryption", "The key is encrypted in a way that is not supported.", {
    hint: "Convert it with 'openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY -out NEW'.",
  });
}
