import { bitLen } from "@noble/curves/utils.js";
import { EspError } from "../../errors.ts";
import type { RsaPrivateKey, RsaPublicKey } from "./key-kinds.ts";

/** Beyond it, arithmetic on a hostile key would take long; OpenSSL draws the line here too. */
const MAXIMUM_BITS = 16384;
const MINIMUM_BITS = 512;

/** A public key whose numbers can be RSA's. Errors: `secure.invalid-key`. */
export function checkRsaPublicKey(key: RsaPublicKey): RsaPublicKey {
  const { modulus, exponent } = key;
  const bits = bitLen(modulus);
  const isSound =
    bits >= MINIMUM_BITS &&
    bits <= MAXIMUM_BITS &&
    modulus % 2n === 1n &&
    exponent >= 3n &&
    exponent % 2n === 1n &&
    exponent < modulus;
  if (!isSound) throw inconsistent();
  return key;
}

/**
 * A private key whose numbers belong together. That the primes are prime is not proved: it costs as much as making a
 * key, and a signature that comes out wrong is noticed anyway, because every one is verified.
 *
 * Errors: `secure.invalid-key`.
 */
export function checkRsaPrivateKey(key: RsaPrivateKey): RsaPrivateKey {
  const { modulus, publicExponent, privateExponent, prime1, prime2, exponent1, exponent2, coefficient } = key;
  checkRsaPublicKey({ kind: "rsa", modulus, exponent: publicExponent });
  const isFactored = prime1 > 1n && prime2 > 1n && prime1 !== prime2 && prime1 * prime2 === modulus;
  if (!isFactored) throw inconsistent();
  const isSound =
    privateExponent < modulus &&
    (publicExponent * privateExponent) % (prime1 - 1n) === 1n &&
    (publicExponent * privateExponent) % (prime2 - 1n) === 1n &&
    exponent1 === privateExponent % (prime1 - 1n) &&
    exponent2 === privateExponent % (prime2 - 1n) &&
    coefficient < prime1 &&
    (coefficient * prime2) % prime1 === 1n;
  if (!isSound) throw inconsistent();
  return key;
}

function inconsistent(): EspError {
  return new EspError("secure.invalid-key", "The RSA key's numbers do not belong together.", {
    hint: "The key file is damaged.",
  });
}
