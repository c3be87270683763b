import { checkHsmConfig, type HsmConfig, type HsmSigner } from "./hsm-config.ts";
import { loadPkcs11 } from "./pkcs11-binding.ts";
import { openHsmWith } from "./pkcs11-signer.ts";

// The public side of hardware modules, apart from the binding: what is behind it speaks in Node's `Buffer`s, and public
// types need none of Node's.

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
