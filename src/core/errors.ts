import type { ErrorCode } from "./error-codes.ts";
import type { ErrorDetails } from "./error-details.ts";
import { plainRecord } from "./plain-data.ts";
import type { Remedy } from "./remedy.ts";

export { ERROR_CODES, type ErrorCode } from "./error-codes.ts";

/**
 * The one error class. `code` is stable and meant for programs; the message is one plain sentence for people; the hint
 * says what to do next.
 */

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
export function messageOf(thrown: unknown): string {
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
