// Room: secure boot and flash encryption without a chip: keys, signatures, ciphers.
// In: bytes of keys, images and flash.
// Out: signed, checked, encrypted or decrypted bytes, and notices.

/** Something worth telling a person that did not stop the work. The core prints nothing: the caller decides. */
export interface SecureNotice {
  readonly level: "note" | "warning";
  /** Stable, for programs. */
  readonly code: SecureNoticeCode;
  readonly message: string;
}

export type SecureNoticeCode =
  | "secure.key-used"
  | "secure.no-tweak"
  | "secure.padded"
  | "secure.given-iv"
  | "secure.short-iv"
  | "secure.wrong-checksum";

export function note(code: SecureNoticeCode, message: string): SecureNotice {
  return { level: "note", code, message };
}

export function warning(code: SecureNoticeCode, message: string): SecureNotice {
  return { level: "warning", code, message };
}
