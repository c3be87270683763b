/** What each door that throws has of errors: what is thrown, how to tell it, and the types of both. Said once for all doors. */
export type { ConnectDiagnosis, ErrorDetails } from "./error-details.ts";
export {
  type CodesOf,
  type DetailsOf,
  type ErrorCode,
  type ErrorPattern,
  EspError,
  type EspErrorData,
  type EspErrorOf,
  type EspErrorOptions,
  isEspError,
} from "./errors.ts";
export type { Remedy } from "./remedy.ts";
