/** Improv over serial: asks firmware about its Wi-Fi and gives it one, on the line of the log. Runs anywhere. */

export type { ByteSource } from "./core/check/bytes.ts";
export type { Clock } from "./core/clock.ts";
export type { ConnectDiagnosis, ErrorDetails } from "./core/error-details.ts";
export {
  type AbortSignalLike,
  type CodesOf,
  type DetailsOf,
  type ErrorCode,
  type ErrorPattern,
  EspError,
  type EspErrorData,
  type EspErrorOf,
  type EspErrorOptions,
  isEspError,
} from "./core/errors.ts";
export { encodeImprovFrame, type ImprovMessage } from "./core/improv/encode-frame.ts";
export type {
  ImprovConnection,
  ImprovDeviceInfo,
  ImprovDeviceState,
  ImprovNetwork,
} from "./core/improv/improv-answers.ts";
export {
  type ImprovAskOptions,
  type ImprovClient,
  type ImprovClientOptions,
  type ImprovStage,
  type ImprovStateOptions,
  improvClient,
  type WifiCredentials,
} from "./core/improv/improv-client.ts";
export type { SendBytes } from "./core/improv/improv-exchange.ts";
export type { ImprovErrorName, ImprovFrame, ImprovState } from "./core/improv/improv-frame.ts";
export { type ImprovListener, type ImprovReader, improvReader } from "./core/improv/improv-reader.ts";
export type { Remedy } from "./core/remedy.ts";
