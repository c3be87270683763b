import { type Check, optional } from "../../core/check/check.ts";
import { wholeNumber } from "../../core/check/numbers.ts";
import { shape } from "../../core/check/shapes.ts";
import { checkObject, checkText } from "../../core/check/values.ts";
import type { PublicKey } from "../../core/secure/key/key-kinds.ts";
import type { Signer } from "../../core/secure/sign/signature-source.ts";

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
  readonly publicKeyLabel?: string | undefined;
  /** Where the module does not tell it. Then it is not asked for it. */
  readonly publicKey?: PublicKey | undefined;
}

/** A private key inside a module; to be closed. */
export interface HsmSigner extends Signer {
  /** Ends the session and lets go of the module, after what is being signed. Never throws. */
  close(): Promise<void>;
}

export const checkHsmConfig: Check<HsmConfig> = shape<HsmConfig>({
  library: checkText,
  slot: wholeNumber(0),
  pin: checkText,
  label: checkText,
  publicKeyLabel: optional(checkText),
  publicKey: optional(checkObject),
});
