import { bytesOfFile, type FileSource } from "../../check/blob.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { optional } from "../../check/check.ts";
import { checkText } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { checkPassword } from "./check-keys.ts";
import { decryptPkcs8 } from "./encrypted-key.ts";
import type { AskPassword, PrivateKey, PublicKey } from "./key-kinds.ts";
import { parsePkcs1, parsePkcs1Public, parsePkcs8, parseSec1, parseSpki } from "./key-structures.ts";
import { looksLikePem, type PemBlock, parsePem } from "./pem.ts";
import { decodePoint, isPrivateKey, publicKeyOf } from "./signing-key.ts";

const PARSERS: Readonly<Record<string, (bytes: Uint8Array<ArrayBuffer>) => PrivateKey | PublicKey>> = {
  "RSA PRIVATE KEY": parsePkcs1,
  "EC PRIVATE KEY": (bytes) => parseSec1(bytes),
  "PRIVATE KEY": parsePkcs8,
  "PUBLIC KEY": parseSpki,
  "RSA PUBLIC KEY": parsePkcs1Public,
};
const ENCRYPTED = "ENCRYPTED PRIVATE KEY";
/** `openssl ecparam -genkey` writes it before the key, which names the curve again. */
const PARAMETERS = "EC PARAMETERS";
/** A key with all its decoration is a tenth of it; keeps hostile files cheap. */
const MAXIMUM_BYTES = 64 * 1024;
/** x and y of P-256: how secure boot v1 keeps public keys. */
const RAW_BYTES = 64;

/**
 * The key in a file: PEM of PKCS#1, SEC 1, PKCS#8 or a public key, or the 64 bytes of a raw P-256 public key.
 *
 * Errors: `secure.invalid-key`, `secure.wrong-key-type`, `secure.key-encrypted` (use `readKey`),
 * `secure.unsupported-encryption`.
 */
export function parseKey(bytes: ByteSource): PrivateKey | PublicKey {
  const file = checkBytes(bytes, "bytes");
  const source = keySource(file);
  if (source.kind === "plain") return source.key;
  throw new EspError("secure.key-encrypted", "The private key is encrypted.", { hint: "Give its password." });
}

/**
 * The key in a file, decrypted with the password if need be; the other forms are those of `parseKey`.
 *
 * Errors: those of `parseKey`, and `secure.wrong-password`; `secure.key-encrypted` without a password.
 */
export async function readKey(bytes: FileSource, password?: string | AskPassword): Promise<PrivateKey | PublicKey> {
  const file = await bytesOfFile(bytes, "bytes");
  optional(checkPassword)(password, "password");
  const source = keySource(file);
  if (source.kind === "plain") return source.key;
  if (password === undefined) return parseKey(file);
  return parsePkcs8(
    await decryptPkcs8(
      source.bytes,
      typeof password === "string" ? password : checkText(await password(), "the answer of password"),
    ),
  );
}

/** As `readKey`, refusing public keys. Errors: those of `readKey`, and `secure.wrong-key-type` for a public key. */
export async function readPrivateKey(bytes: FileSource, password?: string | AskPassword): Promise<PrivateKey> {
  const file = await bytesOfFile(bytes, "bytes");
  optional(checkPassword)(password, "password");
  const key = await readKey(file, password);
  if (isPrivateKey(key)) return key;
  throw new EspError("secure.wrong-key-type", "This is a public key; signing takes the private key.", {
    hint: "Give the file with the private key.",
  });
}

/** As `readKey`, of a private key its public half. Errors: those of `readKey`. */
export async function readPublicKey(bytes: FileSource, password?: string | AskPassword): Promise<PublicKey> {
  const file = await bytesOfFile(bytes, "bytes");
  optional(checkPassword)(password, "password");
  return publicKeyOf(await readKey(file, password));
}

type KeySource =
  | { readonly kind: "plain"; readonly key: PrivateKey | PublicKey }
  | { readonly kind: "encrypted"; readonly bytes: Uint8Array<ArrayBuffer> };

function keySource(bytes: Uint8Array<ArrayBuffer>): KeySource {
  if (bytes.length === RAW_BYTES) return { kind: "plain", key: rawKey(bytes) };
  if (bytes.length > MAXIMUM_BYTES || !looksLikePem(bytes)) throw noKey();
  const block = onlyKey(parsePem(bytes));
  if (block.headers.some((line) => line.startsWith("Proc-Type:") && line.includes("ENCRYPTED"))) throw legacy();
  if (block.label === ENCRYPTED) return { kind: "encrypted", bytes: block.bytes };
  const parse = PARSERS[block.label];
  if (parse === undefined) throw noKey();
  return { kind: "plain", key: parse(block.bytes) };
}

function rawKey(bytes: Uint8Array<ArrayBuffer>): PublicKey {
  return decodePoint("p256", Uint8Array.of(4, ...bytes));
}

function onlyKey(blocks: readonly PemBlock[]): PemBlock {
  const keys = blocks.filter(({ label }) => label !== PARAMETERS);
  const [key] = keys;
  if (key === undefined) throw noKey();
  if (keys.length > 1)
    throw new EspError(
      "secure.invalid-key",
      `The file has ${keys.length} PEM blocks; which key is meant is not clear.`,
      {
        hint: "Give a file with one key.",
      },
    );
  return key;
}

function noKey(): EspError {
  return new EspError("secure.invalid-key", "The file is no key.", {
    hint: "Keys are PEM files (BEGIN RSA PRIVATE KEY, EC PRIVATE KEY, PRIVATE KEY, PUBLIC KEY), or 64 bytes of a raw P-256 public key.",
  });
}

function legacy(): EspError {
  return new EspError("secure.unsupported-encryption", "The key is encrypted in OpenSSL's old style (Proc-Type).", {
    hint: "Convert it with 'openssl pkcs8 -topk8 -in KEY -out NEW'.",
  });
}
