/**
 * The one error class. `code` is stable and meant for programs; the message is one plain sentence for people; the hint
 * says what to do next.
 */

export const ERROR_CODES = [
  // what the caller gave
  "argument.invalid",
  "argument.conflict",
  "argument.unknown-chip",
  "argument.unsupported",
  "file.missing",
  "file.unreadable",
  "file.unwritable",
  "file.exists",
  "file.empty",
  "file.busy",
  "file.too-large",
  // firmware files
  "image.invalid",
  "image.truncated",
  "image.wrong-chip",
  "image.wrong-revision",
  "image.not-for-ram",
  "image.overlaps-stub",
  "image.not-firmware",
  // the port
  "port.none-found",
  "port.missing",
  "port.busy",
  "port.permission",
  "port.failed",
  "port.lost",
  "port.closed",
  "port.baud-unsupported",
  "port.lines-unsupported",
  "port.write-timeout",
  "port.unsupported",
  "port.library-missing",
  "port.ambiguous",
  "port.web-client",
  // one command and its answer
  "link.timeout",
  "link.garbled",
  "link.status",
  "link.unsupported-command",
  "link.reply-short",
  "link.desynchronised",
  "link.panic",
  // getting a session
  "connect.silence",
  "connect.garbage",
  "connect.wrong-boot-mode",
  "connect.no-reply-in-download-mode",
  "connect.echo",
  "connect.port-lost",
  "connect.wrong-chip",
  "connect.unknown-chip",
  "connect.reset-sequence",
  // the chip
  "chip.unknown-oui",
  "chip.secure-download",
  "chip.not-supported",
  // the stub
  "stub.missing",
  "stub.damaged",
  "stub.start-failed",
  "stub.required",
  "stub.plugin-missing",
  // the session
  "session.closed",
  "session.baud-failed",
  "session.busy",
  // flash
  "flash.no-answer",
  "flash.unknown-size",
  "flash.out-of-range",
  "flash.does-not-fit",
  "flash.unaligned",
  "flash.overlap",
  "flash.unsupported-size",
  "flash.unsupported-frequency",
  "flash.guard-secure-boot",
  "flash.guard-encryption",
  "flash.guard-key-manager",
  "flash.security-active",
  "flash.encrypt-unsupported",
  "flash.encrypt-not-ready",
  "flash.erase-failed",
  "flash.write-failed",
  "flash.write-empty",
  "flash.verify-failed",
  "flash.verify-unsupported",
  "flash.read-corrupt",
  "flash.spi-timeout",
  "flash.spi-pins",
  // NAND flash
  "nand.unrecognized",
  "nand.too-few-blocks",
  // secure boot: keys and signatures
  "secure.invalid-key",
  "secure.wrong-key-type",
  "secure.key-encrypted",
  "secure.unsupported-encryption",
  "secure.wrong-password",
  "secure.invalid-signature",
  "secure.not-signed",
  "secure.not-verified",
  "secure.already-signed",
  "secure.damaged-block",
  "secure.mixed-schemes",
  "secure.too-many-signatures",
  "secure.unaligned",
  // flash encryption
  "secure.key-length",
  "secure.weak-key",
  "secure.out-of-range",
  // hardware modules
  "hsm.package-missing",
  "hsm.library-invalid",
  "hsm.slot-missing",
  "hsm.token-missing",
  "hsm.wrong-pin",
  "hsm.pin-locked",
  "hsm.key-missing",
  "hsm.key-ambiguous",
  "hsm.failed",
  // reset at the end
  "reset.unsupported",
  // virtual chips
  "virtual.invalid-option",
  "virtual.unknown-chip",
  "virtual.state-file",
  // eFuses
  "efuse.unsupported-chip",
  "efuse.file-damaged",
  "efuse.custom-table",
  "efuse.unsupported-coding",
  "efuse.wrong-crystal",
  "efuse.controller-busy",
  "efuse.changed-meanwhile",
  "efuse.burn-failed",
  "efuse.unknown-name",
  "efuse.bad-value",
  "efuse.bad-size",
  "efuse.read-only",
  "efuse.cannot-clear",
  "efuse.coding-forbids",
  "efuse.read-protected",
  "efuse.write-protected",
  "efuse.must-stay-readable",
  "efuse.repeated",
  "efuse.conflict",
  "efuse.wrong-curve",
  "efuse.wrong-key",
  "efuse.not-confirmed",
  "efuse.damaged",
  "efuse.no-free-block",
  "efuse.refused-purpose",
  // the rest
  "output.unwritable",
  "operation.aborted",
  "listener.failed",
  "config.invalid",
  "compat.unsupported",
  "internal",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface EspErrorOptions {
  /** What to do next, one sentence. */
  readonly hint?: string | undefined;
  /** Facts for programs (`--json`) and for `--verbose`; never secrets. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown | undefined;
}

const BRAND = "esptool-ts.EspError";

/**
 * @example
 * throw new EspError("flash.does-not-fit", "'app.bin' ends beyond the flash.", { hint: "Check the address." });
 */
export class EspError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  /** Survives duplicate installs of the package, which `instanceof` does not. */
  readonly brand: string = BRAND;

  constructor(code: ErrorCode, message: string, options: EspErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "EspError";
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}

/** True for an `EspError` of this or another copy of the package, with the given code if one is given. */
export function isEspError(error: unknown, code?: ErrorCode): error is EspError {
  if (typeof error !== "object" || error === null) return false;
  const candidate = error as { brand?: unknown; code?: unknown };
  return candidate.brand === BRAND && (code === undefined || candidate.code === code);
}

/** Any thrown thing as an `EspError`; what is one already passes unchanged. */
export function toEspError(error: unknown, code: ErrorCode = "internal"): EspError {
  if (isEspError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EspError(code, message, { cause: error });
}

/** Throws `operation.aborted` when the signal has fired. */
export function throwIfAborted(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted) throw abortedError(signal);
}

export function abortedError(signal: AbortSignalLike): EspError {
  return new EspError("operation.aborted", "The operation was stopped.", { cause: signal.reason });
}

/** The part of `AbortSignal` that the core uses; the host's own `AbortSignal` fits. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown | undefined;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
