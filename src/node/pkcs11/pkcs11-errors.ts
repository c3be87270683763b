import { EspError, isEspError } from "../../core/errors.ts";

/** What a failure means for the person, by the standard's name for it (PKCS #11 2.40, section 5.1). */
const HINTS: Readonly<Record<string, string>> = {
  CKR_DEVICE_REMOVED: "Put the token back and leave it there.",
  CKR_TOKEN_NOT_PRESENT: "Put the token in and leave it there.",
  CKR_DEVICE_ERROR: "Take the token out, put it in again and try once more.",
  CKR_MECHANISM_INVALID:
    "The module cannot sign this way: RSA needs CKM_RSA_PKCS_PSS with SHA-256, ECDSA needs CKM_ECDSA.",
  CKR_MECHANISM_PARAM_INVALID: "The module cannot sign this way: RSA needs PSS with SHA-256 and 32 bytes of salt.",
  CKR_KEY_FUNCTION_NOT_PERMITTED: "The key is not allowed to sign. Make one with CKA_SIGN.",
  CKR_KEY_TYPE_INCONSISTENT: "The private key is of another type than the public key. Check the labels.",
  CKR_FUNCTION_CANCELED: "Somebody cancelled it at the module, or it waited too long to be touched.",
  CKR_SESSION_COUNT: "Close the other programs that use the module.",
  CKR_CANT_LOCK: "The library cannot be used by programs with threads, which this one is.",
  CKR_USER_PIN_NOT_INITIALIZED: "Set a PIN for the user of the token first.",
  CKR_USER_ANOTHER_ALREADY_LOGGED_IN: "The security officer is logged in. Log in as the user.",
};

/** The standard's name of a failure, or null when it is none of PKCS#11. */
export function failureName(error: unknown): string | null {
  const message = error instanceof Error ? error.message : String(error);
  return /\bCKR_[A-Z0-9_]+/.exec(message)?.[0] ?? null;
}

/** Failures that are the person's, each with an error of its own. */
export type FailureErrors = Readonly<Record<string, () => EspError>>;

/** The error for what the module did not do; `doing` completes "The hardware module cannot ...". */
export function moduleError(doing: string, cause: unknown, special: FailureErrors = {}): EspError {
  if (isEspError(cause)) return cause;
  const name = failureName(cause);
  const own = name === null ? undefined : special[name]?.();
  if (own !== undefined) return own;
  // The number tells apart what the maker has defined.
  const number = (cause as { code?: unknown } | null)?.code;
  const hint = HINTS[name ?? ""];
  return new EspError("hsm.failed", `The hardware module cannot ${doing}: ${name ?? "its library failed"}.`, {
    ...(hint !== undefined && { hint }),
    details: { failure: name, ...(typeof number === "number" && { number }) },
    cause,
  });
}

/** Asks the module for something. Throws what `moduleError` makes of a failure. */
export function ask<Answer>(doing: string, question: () => Answer, special: FailureErrors = {}): Answer {
  try {
    return question();
  } catch (error) {
    throw moduleError(doing, error, special);
  }
}
