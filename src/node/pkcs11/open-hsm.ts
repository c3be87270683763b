import { type Check, optional } from "../../core/check/check.ts";
import { wholeNumber } from "../../core/check/numbers.ts";
import { shape } from "../../core/check/shapes.ts";
import { checkObject, checkText } from "../../core/check/values.ts";
import type { PublicKey } from "../../core/secure/key/signing-key.ts";
import type { Signer } from "../../core/secure/sign/signature-source.ts";
import { loadPkcs11 } from "./pkcs11-binding.ts";
import { openHsmWith } from "./pkcs11-signer.ts";

// The public side of hardware modules, apart from the binding: what is behind it speaks in Node's `Buffer`s, and public
// types need none of Node's.

/** Which key of which hardware security module (PKCS#11). */
export interface HsmConfig {
  /** The module's PKCS#11 library: its path, or a name that the system finds. */
  readonly library: string;
  /** The slot's id. */
  readonly slot: number;
  /** Of the user. It is kept until the module is closed, and shown nowhere. */
  readonly pin: string;
  /** Of the private key. */
  readonly label: string;
  /** Of the public key. Default: that of the private key. */
  readonly publicKeyLabel?: string;
  /** Where the module does not tell it. Then it is not asked for it. */
  readonly publicKey?: PublicKey;
}

/** A private key inside a module; to be closed. */
export interface HsmSigner extends Signer {
  /** Ends the session and lets go of the module, after what is being signed. Never throws. */
  close(): Promise<void>;
}

const checkHsmConfig: Check<HsmConfig> = shape<HsmConfig>({
  library: checkText,
  slot: wholeNumber(0),
  pin: checkText,
  label: checkText,
  publicKeyLabel: optional(checkText),
  publicKey: optional(checkObject),
});

/**
 * Opens a session with a key inside a hardware module, for `signDataV2` and `verifySignaturesV2`. The private key is
 * looked for when it first signs, so a token that has only the public key can verify.
 *
 * Errors: `hsm.package-missing` (pkcs11js is not installed), `hsm.library-invalid`, `hsm.slot-missing`,
 * `hsm.token-missing`, `hsm.wrong-pin`, `hsm.pin-locked`, `hsm.key-missing`, `hsm.key-ambiguous`, `hsm.failed`;
 * `secure.wrong-key-type` and `secure.invalid-key` for a key that secure boot does not take. Nothing stays open then.
 *
 * @example
 * const hsm = await openHsm({ library: "/usr/lib/softhsm/libsofthsm2.so", slot: 123, pin, label: "secure boot" });
 * const signed = await signDataV2(image, [hsm]).finally(() => hsm.close());
 */
export async function openHsm(config: HsmConfig): Promise<HsmSigner> {
  const wanted = checkHsmConfig(config, "config");
  return await openHsmWith(wanted, loadPkcs11);
}
