import { type DetailsOf, type ErrorCode, EspError, type EspErrorData, isEspError, toEspError } from "./errors.ts";

import type { Remedy } from "./remedy.ts";

/**
 * Whatever was thrown, as plain data that survives `structuredClone`, `postMessage` and JSON; what is no `EspError` becomes
 * one with the code `internal`.
 * @example postMessage({ failed: serialiseError(error) });
 */
export function serialiseError(error: unknown): EspErrorData {
  return copyOf(toEspError(error)).toJSON();
}

/**
 * The error that `serialiseError` or `JSON.stringify` made data of. Its stack is of here; what was behind it is an error
 * with the same message. An `EspError` comes back as it is, anything else as one with the code `internal`.
 */
export function reviveError(data: unknown): EspError {
  return isEspError(data) && !(data instanceof Error) ? copyOf(data) : toEspError(data);
}

/** What came from elsewhere may be of another version, or only look like an error. */
function copyOf(error: EspError): EspError {
  const { code, message, hint, remedies, details, cause }: { readonly [Part in keyof EspError]?: unknown } = error;
  return new EspError<ErrorCode>(code as ErrorCode, String(message), {
    ...(typeof hint === "string" && { hint }),
    ...(Array.isArray(remedies) && { remedies: remedies.map(String) as Remedy[] }),
    details: (typeof details === "object" && details !== null ? details : {}) as DetailsOf<ErrorCode>,
    ...(cause != null && { cause: typeof cause === "string" ? new Error(cause) : cause }),
  });
}
