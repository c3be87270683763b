import { checkBytes } from "../../check/bytes.ts";
import { type Check, either, invalidArgument, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean, checkFunction, listOf } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { checkPrivateKey, checkPublicKey } from "../key/check-keys.ts";
import type { PrivateKey } from "../key/key-kinds.ts";
import type { PrecalculatedSignature, SignatureSource } from "./signature-source.ts";
import type { SectorOptions } from "./signed-data.ts";

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
