import { type Check, checkThat, either } from "../../check/check.ts";
import { checkBigInt } from "../../check/numbers.ts";
import { oneOfKinds } from "../../check/shapes.ts";
import { anything, checkText } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import type { CurveName } from "../../image/signature/signature-block.ts";
import type { AskPassword, EcdsaPrivateKey, PrivateKey, PublicKey } from "./key-kinds.ts";

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
