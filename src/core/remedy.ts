/**
 * What would help, for hosts to offer in their own terms: a command line names its option, a page shows a button. The hint
 * says the same in a sentence.
 */
export type Remedy =
  /** Do it although something speaks against it. */
  | "force"
  /** Put the chip into download mode by hand, then connect with `before: "no-reset"`. */
  | "connect-without-reset"
  | "list-ports"
  | "choose-port"
  /** Leave the chip out of what is asked, or name the one that answers. */
  | "detect-chip"
  | "lower-baud-rate"
  /** Work through the ROM loader. */
  | "no-stub"
  | "use-stub"
  | "default-spi-connection"
  | "keep-flash-voltage"
  | "give-flash-size"
  | "erase-region"
  | "read-flash-status"
  | "show-security-info"
  | "show-chip"
  | "make-ram-image"
  | "sign-version-2"
  | "make-version-1-key"
  /** Burn damaged blocks of eFuses again. */
  | "recover-efuses"
  /** Read into a backup of the same board what has changed since. */
  | "update-backup"
  | "make-backup"
  | "show-ota"
  | "decrypt-flash"
  | "make-encryption-key"
  | "show-bad-blocks"
  | "write-flash";
