import { bytesToNumberBE } from "@noble/curves/utils.js";
import { oneOf } from "../../check/words.ts";
import type { CurveName } from "../../image/signature/signature-block.ts";
import { CURVES } from "./curves.ts";
import type { PrivateKey } from "./key-kinds.ts";
import { parsePkcs8 } from "./key-structures.ts";
import { RSA_BITS, SIGNING_SCHEMES, type SigningScheme } from "./signing-key.ts";
import { requireSubtle } from "./web-crypto.ts";

const CURVE_OF_SCHEME: Readonly<Record<Exclude<SigningScheme, "rsa3072">, CurveName>> = {
  ecdsa192: "p192",
  ecdsa256: "p256",
  ecdsa384: "p384",
};
/** Exported with the plain rsaEncryption identifier, which every tool takes. */
const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: RSA_BITS,
  // 65537
  publicExponent: Uint8Array.of(1, 0, 1),
  hash: "SHA-256",
} as const;

/** A new key for secure boot; an RSA key takes about a second. */
export async function generateSigningKey(scheme: SigningScheme): Promise<PrivateKey> {
  oneOf(SIGNING_SCHEMES)(scheme, "scheme");
  if (scheme === "rsa3072") return generateNatively(RSA);
  const { name, library, web } = CURVES[CURVE_OF_SCHEME[scheme]];
  if (web !== null) return generateNatively({ name: "ECDSA", namedCurve: web.namedCurve });
  return { kind: "ecdsa", curve: name, scalar: bytesToNumberBE(library.utils.randomSecretKey()) };
}

async function generateNatively(algorithm: object): Promise<PrivateKey> {
  const subtle = requireSubtle();
  const { privateKey } = await subtle.generateKey(algorithm, true, ["sign", "verify"]);
  return parsePkcs8(new Uint8Array(await subtle.exportKey("pkcs8", privateKey)));
}
