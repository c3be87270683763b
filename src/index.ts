/** The library: connect to a chip and work on its flash. Runs in Node and in browsers. */

export type { BlobLike, FileSource, WithFileSources } from "./core/check/blob.ts";
export type { ByteSource, WithByteSources } from "./core/check/bytes.ts";
export type { FlashMode } from "./core/chip/flash-codes.ts";
export { formatMac } from "./core/chip/format-mac.ts";
export type * from "./core/chip/types.ts";
export type { Clock } from "./core/clock.ts";
export { systemClock } from "./core/clock.ts";
export { type AbortSignalLike, ERROR_CODES } from "./core/errors.ts";
export * from "./core/errors-at-doors.ts";
export type {
  DifferentRun,
  EspEvent,
  EventBody,
  EventListener,
  IdentityEvent,
  Notice,
  NoticeCode,
  ProgressEvent,
  ResetKind,
  RestartReason,
  TraceRecord,
  VerifyDifferences,
} from "./core/events.ts";
export type { ComparedFile, ComparedRegion, RegionState } from "./core/flash/compare/compare-file.ts";
export { type CompareFlashOptions, type CompareFlashResult, compareFlash } from "./core/flash/compare/compare-flash.ts";
export { type EraseOptions, eraseFlash, eraseRegion } from "./core/flash/erase/erase.ts";
export type { EraseResult } from "./core/flash/erase/erase-chip.ts";
export { requireErasable } from "./core/flash/erase/require-erasable.ts";
export type { Verified } from "./core/flash/flash-digest.ts";
export type { FileToWriteInput, FlashFileInput } from "./core/flash/guard/check-files.ts";
export type { FileToWrite, FlashFile } from "./core/flash/guard/file-to-write.ts";
export { isFlashEncrypted } from "./core/flash/guard/is-flash-encrypted.ts";
export type { NandOptions } from "./core/flash/nand/attach-nand.ts";
export {
  type EraseNandOptions,
  type EraseNandResult,
  eraseNand,
  type NandRange,
} from "./core/flash/nand/erase-nand.ts";
export { type ReadNandResult, readNand } from "./core/flash/nand/read-nand.ts";
export {
  type BadBlockMap,
  type DumpBadBlocksOptions,
  dumpBadBlocks,
  type NandSpare,
  readNandSpare,
  writeNandSpare,
} from "./core/flash/nand/spare.ts";
export { type VerifyNandOptions, verifyNand } from "./core/flash/nand/verify-nand.ts";
export {
  type WriteNandOptions,
  type WriteNandResult,
  type WrittenNandFile,
  writeNand,
} from "./core/flash/nand/write-nand.ts";
export type { ByteStream, ByteStreamReader, HostStream } from "./core/flash/read/byte-stream.ts";
export { type DigestFlashOptions, type DigestFlashResult, digestFlash } from "./core/flash/read/digest-flash.ts";
export type { FlashContents } from "./core/flash/read/flash-contents.ts";
export { type ReadFlashOptions, type ReadFlashResult, readFlash } from "./core/flash/read/read-flash.ts";
export type { ReadCheckpoint, ResumeFrom } from "./core/flash/read/resume-reading.ts";
export {
  type FlashSink,
  type ReadFlashIntoOptions,
  type ReadFlashIntoResult,
  readFlashInto,
  streamFlash,
} from "./core/flash/read/stream-flash.ts";
export {
  type VerifiedFile,
  type VerifyFlashOptions,
  type VerifyFlashResult,
  verifyFlash,
} from "./core/flash/read/verify-flash.ts";
export { type RunApplicationOptions, runApplication } from "./core/flash/run-application.ts";
export type { FlashIdOptions } from "./core/flash/setup/check-options.ts";
export { type FlashIdResult, type FlashVoltage, readFlashId, readFlashSfdp } from "./core/flash/setup/flash-id.ts";
export type { FlashRange } from "./core/flash/setup/range.ts";
export {
  type FlashStatusOptions,
  readFlashStatus,
  type StatusBytes,
  type WriteStatusOptions,
  writeFlashStatus,
} from "./core/flash/setup/status.ts";
export {
  type FlashPatch,
  type FlashStep,
  type PatchFlashOptions,
  type PatchFlashResult,
  patchFlash,
} from "./core/flash/write/patch-flash.ts";
export type { CompressChoice } from "./core/flash/write/plan-write.ts";
export type { WrittenFile } from "./core/flash/write/write-file.ts";
export { type WriteFlashOptions, type WriteFlashResult, writeFlash } from "./core/flash/write/write-flash.ts";
export { type HostMemory, isMemoryWord, NO_MEMORY, temporaryMemory } from "./core/host-memory.ts";
export type { ImageNoticeCode } from "./core/image/notice.ts";
export { type MemoryRange, type ReadMemoryResult, readMemory } from "./core/memory/dump-memory.ts";
export { type LoadRamOptions, type LoadRamResult, loadRam } from "./core/memory/load-ram.ts";
export { type RamImage, unpackRamFile } from "./core/memory/ram-image.ts";
export { type MemoryOptions, readRegister } from "./core/memory/read-memory.ts";
export { type MemoryWrite, writeRegister } from "./core/memory/write-memory.ts";
export { baudRateHint } from "./core/monitor/baud-rate-hint.ts";
export type { Assembler, LinePiece, LineProcessor, LineSink, MonitorLine } from "./core/monitor/line.ts";
export { type MonitorLinesOptions, monitorLines } from "./core/monitor/line-stream.ts";
export { type Monitor, type MonitorEvent, type MonitorOptions, monitor } from "./core/monitor/monitor.ts";
export { applicationReset, bootloaderReset, type OpenedPort } from "./core/monitor/monitor-lines.ts";
export { type MonitorPipelineOptions, type MonitorSink, monitorPipeline } from "./core/monitor/monitor-pipeline.ts";
export { plainLine } from "./core/monitor/plain-line.ts";
export { type PrintFilter, parsePrintFilter } from "./core/monitor/print-filter.ts";
export {
  ReconnectingPort,
  type ReconnectingPortListener,
  type ReconnectingPortOptions,
} from "./core/monitor/reconnecting-port.ts";
export type { NvsProblemCode } from "./core/nvs/nvs-values.ts";
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
export { portOver } from "./core/port/port-over.ts";
export type { OpenDevice, Transport, TransportEvents } from "./core/port/transport.ts";
export type { SecureNoticeCode } from "./core/secure/notice.ts";
export { reviveError, serialiseError } from "./core/serialise-error.ts";
export { connect } from "./core/session/connect/connect.ts";
export { connectRepeatedly, type RepeatedConnectOptions } from "./core/session/connect/connect-repeatedly.ts";
export type { ConnectDiagnosis } from "./core/session/diagnose/diagnosis.ts";
export { readChipId } from "./core/session/facts/chip-id.ts";
export {
  describeSecurityInfo,
  type KeyPurpose,
  readSecurityInfo,
  type SecurityDescription,
} from "./core/session/facts/describe-security-info.ts";
export { type MacAddresses, macAddresses } from "./core/session/facts/identity.ts";
export { overrideVddsdio, VDDSDIO_VOLTAGES, type VddsdioVoltage } from "./core/session/facts/override-vddsdio.ts";
export { type DisconnectOptions, disconnect } from "./core/session/reset/disconnect.ts";
export { parseResetSequence } from "./core/session/reset/parse-reset-sequence.ts";
export type { ResetSequence, ResetStep } from "./core/session/reset/reset-sequence.ts";
export type { ResetChoice } from "./core/session/reset/reset-sequences.ts";
export type {
  AfterMode,
  Attempts,
  BeforeMode,
  ConnectOptions,
  Session,
  UsbMode,
} from "./core/session/session.ts";
export { renderEvent } from "./core/tell/render-event.ts";
export { DEFAULT_LIMITS, type TimeoutLimits } from "./core/wire/command.ts";
export type { RegisterWrite } from "./core/wire/commands.ts";
export type { SecurityInfo } from "./core/wire/security-info.ts";
