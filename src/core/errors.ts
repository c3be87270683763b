import type { ErrorDetails } from "./error-details.ts";
import { plainRecord } from "./plain-data.ts";
import type { Remedy } from "./remedy.ts";

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
  // firmware files, and debug information of programs
  "image.invalid",
  "image.truncated",
  "image.wrong-chip",
  "image.wrong-revision",
  "image.not-for-ram",
  "image.overlaps-stub",
  "image.not-firmware",
  "debug-info.damaged",
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
  "monitor.not-seen",
  "monitor.unwanted-line",
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
  "chip.unknown-oui",
  "chip.secure-download",
  "chip.not-supported",
  "stub.missing",
  "stub.damaged",
  "stub.start-failed",
  "stub.required",
  "stub.plugin-missing",
  "session.closed",
  "session.baud-failed",
  "session.busy",
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
  "flash.changed-meanwhile",
  "flash.verify-failed",
  "flash.verify-unsupported",
  "flash.read-corrupt",
  "flash.spi-timeout",
  "flash.spi-pins",
  "partition.invalid",
  "partition.missing",
  "partition.ambiguous",
  "partition.no-table",
  "partition.too-small",
  "partition.no-slot",
  // what build systems leave
  "bundle.unknown",
  "bundle.ambiguous",
  "bundle.incomplete",
  "bundle.invalid",
  "bundle.outside",
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
  "nvs.invalid-input",
  "nvs.invalid-number",
  "nvs.short-row",
  "nvs.value-too-long",
  "nvs.bad-size",
  "nvs.full",
  "nvs.damaged",
  "nvs.missing",
  "nvs.encrypted",
  "nvs.wrong-keys",
  "nvs.invalid-keys",
  "nvs.output-name",
  "nvs.keys-needed",
  // file systems
  "filesystem.blank",
  "filesystem.unknown",
  "filesystem.unsupported",
  "filesystem.unreadable",
  "filesystem.unsafe-name",
  "filesystem.full",
  "filesystem.bad-name",
  "filesystem.bad-size",
  "filesystem.damaged-file",
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
  // virtual chips
  "virtual.invalid-option",
  "virtual.unknown-chip",
  "virtual.state-file",
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
  "package.part-missing",
  "output.unwritable",
  "operation.aborted",
  "listener.failed",
  "config.invalid",
  "compat.unsupported",
  "internal",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** A code, or all codes of a family, as `connect.silence` is of `connect.*`. */
export type ErrorPattern =
  | ErrorCode
  | { [Code in ErrorCode]: Code extends `${infer Family}.${string}` ? `${Family}.*` : never }[ErrorCode];

/** The codes that a pattern stands for. */
export type CodesOf<Pattern extends ErrorPattern> = Pattern extends `${infer Family}.*`
  ? Extract<ErrorCode, `${Family}.${string}`>
  : Extract<ErrorCode, Pattern>;

/** The error for each of the codes, apart, so that asking for `code` tells what the details are. */
export type EspErrorOf<Pattern extends ErrorPattern> = { [Code in ErrorCode]: EspError<Code> }[CodesOf<Pattern>];

/** What the details of errors with this code hold. */
export type DetailsOf<Code extends ErrorCode> = {
  readonly [Each in ErrorCode]: Readonly<Record<string, unknown>> &
    (Each extends keyof ErrorDetails ? ErrorDetails[Each] : unknown);
}[Code];

export interface EspErrorOptions<Code extends ErrorCode = ErrorCode> {
  /** What to do next, one sentence. */
  readonly hint?: string | undefined;
  /** The same for programs, so that a host can say it in its own terms; the most promising first. */
  readonly remedies?: readonly Remedy[] | undefined;
  /** Facts for programs (`--json`) and for `--verbose`; never secrets. They are kept as plain data. */
  readonly details?: DetailsOf<Code> | undefined;
  readonly cause?: unknown | undefined;
}

const BRAND = "esptool-ts.EspError";

/**
 * An error as plain data, for JSON, other threads and other pages: `structuredClone` keeps of an error its message alone.
 * `isEspError` knows it like the error itself; `reviveError` makes one of it again.
 */
export interface EspErrorData<Code extends ErrorCode = ErrorCode> {
  readonly brand: string;
  readonly name: "EspError";
  readonly code: Code;
  readonly message: string;
  readonly hint: string | null;
  readonly remedies: readonly Remedy[];
  readonly details: DetailsOf<Code>;
  /** The message of what was behind it. */
  readonly cause: string | null;
}

/**
 * @example
 * throw new EspError("flash.unaligned", "The region begins within a sector.", { hint: "Check the address." });
 */
export class EspError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly hint: string | undefined;
  readonly remedies: readonly Remedy[];
  readonly details: DetailsOf<Code>;
  /** Survives duplicate installs of the package, which `instanceof` does not. */
  readonly brand: string = BRAND;

  /** Codes whose details are known have to come with them. */
  constructor(
    code: Code,
    message: string,
    ...[options = {}]: [Code] extends [keyof ErrorDetails]
      ? [options: EspErrorOptions<Code> & { readonly details: DetailsOf<Code> }]
      : [options?: EspErrorOptions<Code>]
  ) {
    const { hint, remedies = [], details = {}, cause }: EspErrorOptions = options;
    super(message, cause === undefined ? undefined : { cause });
    this.name = "EspError";
    this.code = code;
    this.hint = hint;
    this.remedies = remedies;
    this.details = plainRecord(details) as DetailsOf<Code>;
  }

  /** For `JSON.stringify`. */
  toJSON(): EspErrorData<Code> {
    const { brand, code, message, hint = null, remedies, details, cause = null } = this;
    return {
      brand,
      name: "EspError",
      code,
      message,
      hint,
      remedies,
      details,
      cause: cause === null ? null : messageOf(cause),
    };
  }
}

/**
 * True for an `EspError` of this or another copy of the package, and for one as plain data (`EspErrorData`, which has no
 * stack); with the given code, or a code of the given family, if one is given.
 * @example if (isEspError(error, "connect.*")) console.log(error.code, error.hint);
 */
export function isEspError(error: unknown): error is EspError;
export function isEspError<Pattern extends ErrorPattern>(
  error: unknown,
  pattern: Pattern,
): error is EspErrorOf<Pattern>;
export function isEspError(error: unknown, pattern?: ErrorPattern): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { brand, code } = error as { readonly brand?: unknown; readonly code?: unknown };
  if (brand !== BRAND || typeof code !== "string") return false;
  if (pattern === undefined) return true;
  return pattern.endsWith(".*") ? code.startsWith(pattern.slice(0, -1)) : code === pattern;
}

/** Any thrown thing as an `EspError`; what is one already passes unchanged. */
export function toEspError(error: unknown, code: ErrorCode = "internal"): EspError {
  if (isEspError(error)) return error;
  return new EspError(code, messageOf(error), { cause: error });
}

/** What was thrown, in words; anything can be thrown. */
function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return "something that is no error";
  }
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
