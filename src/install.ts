/** Installing firmware by a manifest, as web pages do: ESP Web Tools' `manifest.json` and what this library adds. */

export type { BundleProblem } from "./core/bundle/flash-bundle.ts";
export type { LostContents } from "./core/bundle/plan-bundle.ts";
export type { FlashMode } from "./core/chip/flash-codes.ts";
export type * from "./core/chip/types.ts";
export type { Clock } from "./core/clock.ts";
export type { AbortSignalLike } from "./core/errors.ts";
export * from "./core/errors-at-doors.ts";
export type {
  DifferentRun,
  EspEvent,
  EventBody,
  IdentityEvent,
  Notice,
  NoticeCode,
  ProgressEvent,
  ResetKind,
  RestartReason,
  TraceRecord,
  VerifyDifferences,
} from "./core/events.ts";
export type { EraseRefusals } from "./core/flash/erase/require-erasable.ts";
export type { Verified } from "./core/flash/flash-digest.ts";
export type { FileToWrite, FlashFile } from "./core/flash/guard/file-to-write.ts";
export type { WrittenFile } from "./core/flash/write/write-file.ts";
export type { ImageNoticeCode } from "./core/image/notice.ts";
export type { BodyReaderLike, FetchLike, FetchOptions, FetchSignal, ResponseLike } from "./core/install/download.ts";
export {
  type DownloadInstallManifestOptions,
  type DownloadInstallPartsOptions,
  type DownloadProgress,
  downloadInstallManifest,
  downloadInstallParts,
  type FoundManifest,
  type InstallPart,
} from "./core/install/download-install.ts";
export { type DeviceSecurity, type InstallDevice, readInstallDevice } from "./core/install/install-device.ts";
export {
  type EraseChoice,
  type ErasedRange,
  type InstallPlan,
  type InstallSource,
  planInstall,
} from "./core/install/plan-install.ts";
export {
  type InstallResult,
  type PlannedInstall,
  type RunInstallOptions,
  runInstall,
} from "./core/install/run-install.ts";
export { type InstallState, trackInstall } from "./core/install/track-install.ts";
export {
  type BootSeen,
  type BootVerdict,
  judgeBoot,
  type WatchBootOptions,
  watchBoot,
} from "./core/install/watch-boot.ts";
export {
  type BuildChoice,
  chooseInstallBuild,
  type InstallTarget,
  type Misfit,
  serialTypeOf,
} from "./core/manifest/choose-build.ts";
export {
  decideInstall,
  type ImprovWaits,
  type InstallDecision,
  improvWaits,
  type RunningFirmware,
} from "./core/manifest/decide-install.ts";
export type {
  InstallManifest,
  ManifestBuild,
  ManifestFlashSettings,
  ManifestPart,
  SerialType,
} from "./core/manifest/install-manifest.ts";
export { parseInstallManifest } from "./core/manifest/parse-manifest.ts";
export type { NvsProblemCode } from "./core/nvs/nvs-values.ts";
export type { Partition, PartitionSource } from "./core/partition/table/partition.ts";
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
export type { SecureNoticeCode } from "./core/secure/notice.ts";
export type { Session, UsbMode } from "./core/session/session.ts";
export type { SecurityInfo } from "./core/wire/security-info.ts";
