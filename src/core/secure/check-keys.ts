import { checkBytes } from "../check/bytes.ts";
import { type Check, checkThat, either, invalidArgument, optional } from "../check/check.ts";
import { checkBigInt } from "../check/numbers.ts";
import { oneOfKinds, shape } from "../check/shapes.ts";
import { anything, checkBoolean, checkFunction, checkText, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { EspError } from "../errors.ts";
import type { CurveName } from "../image/firmware/signature-block.ts";
import type { AskPassword } from "./key/read-key.ts";
import type { EcdsaPrivateKey, PrivateKey, PublicKey } from "./key/signing-key.ts";
import type { PrecalculatedSignature, SignatureSource } from "./sign/signature-source.ts";
import type { SectorOptions } from "./sign/signed-data.ts";

export const checkCurve: Check<CurveName> = oneOf<CurveName>(["p192", "p256", "p384"]);

const RSA_PUBLIC = { kind: anything, modulus: checkBigInt, exponent: checkBigInt };
const RSA_PRIVATE = {
  kind: anything,
  modulus: checkBigInt,
  publicExponent: checkBigInt,
  privateExponent: checkBigInt,
  prime1: checkBigInt,
  prime2: checkBigInt,
  exponent1: checkBigInt,
  exponent2: checkBigInt,
  coefficient: checkBigInt,
};

export const checkPublicKey: Check<PublicKey> = oneOfKinds<PublicKey>({
  rsa: RSA_PUBLIC,
  ecdsa: { kind: anything, curve: checkCurve, x: checkBigInt, y: checkBigInt },
});
export const checkPrivateKey: Check<PrivateKey> = oneOfKinds<PrivateKey>({
  rsa: RSA_PRIVATE,
  ecdsa: { kind: anything, curve: checkCurve, scalar: checkBigInt },
});
export const checkEcdsaPrivateKey: Check<EcdsaPrivateKey> = oneOfKinds<EcdsaPrivateKey>({
  ecdsa: { kind: anything, curve: checkCurve, scalar: checkBigInt },
});
export const checkKey: Check<PrivateKey | PublicKey> = either(
  checkPrivateKey,
  checkPublicKey,
  "a key, as readKey gives it",
  "Read the key file first: await readKey(bytes).",
);

export const checkPassword: Check<string | AskPassword> = either(
  checkText,
  checkThat<AskPassword>((value) => typeof value === "function", "a function"),
  "a password, or a function that asks for one",
);

const checkPrecalculated: Check<PrecalculatedSignature> = shape<PrecalculatedSignature>({
  publicKey: checkPublicKey,
  signature: checkBytes,
});

/** Which of them it is decides the work, so it must not be two at once. */
function partsOf(value: object): readonly string[] {
  return ["signature", "sign"].filter((name) => name in value);
}

const checkSigner = shape({ publicKey: checkPublicKey, sign: checkFunction });

export const checkV1Source: Check<PrivateKey | PrecalculatedSignature> = either(
  checkPrecalculated,
  checkPrivateKey,
  "a private key, or a public key and a signature",
);

export const checkSource: Check<SignatureSource> = (value, argument) => {
  if (typeof value !== "object" || value === null)
    throw invalidArgument(argument, value, "a private key, a signer, or a public key and a signature");
  try {
    const [part] = partsOf(value);
    if (part === undefined) return checkPrivateKey(value, argument);
    // A signer may be an instance with methods: it is used as it is.
    if (part === "sign") {
      checkSigner(value, argument);
      return value as SignatureSource;
    }
  } catch (error) {
    if (error instanceof EspError) throw error;
    throw invalidArgument(argument, value, "an object that can be read");
  }
  return checkPrecalculated(value, argument);
};

export const checkSources: Check<SignatureSource[]> = listOf(checkSource);

export const checkSectorOptions: Check<SectorOptions> = shape<SectorOptions>({ skipPadding: optional(checkBoolean) });
