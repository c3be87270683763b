/** Improv over serial: asks firmware about its Wi-Fi and gives it one, on the line of the log. Runs anywhere. */

export type { ByteSource } from "./core/check/bytes.ts";
export type { Clock } from "./core/clock.ts";
export type { AbortSignalLike } from "./core/errors.ts";
export * from "./core/errors-at-doors.ts";
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
