/** The eFuses of a chip: read, show, plan what to burn, burn it. Runs anywhere. */

export type { ByteSource, WithByteSources } from "./core/check/bytes.ts";
export type { ChipFacts, ChipId, ChipIdentity, ChipMac, InstructionSet } from "./core/chip/types.ts";
export type { Clock } from "./core/clock.ts";
export type { BurnOptions } from "./core/efuse/burn/act-on-plan.ts";
export { type BurnReport, burnEfuses } from "./core/efuse/burn/burn.ts";
export type { StepVerdict } from "./core/efuse/burn/burn-block.ts";
export type { BurnedStep } from "./core/efuse/burn/burn-failure.ts";
export {
  type Hopeless,
  planRecovery,
  type RecoveredBlock,
  type RecoveryOptions,
  type RecoveryPlan,
  type RecoveryReport,
  recoverBlocks,
} from "./core/efuse/burn/recover-blocks.ts";
export type { ChipEnding } from "./core/efuse/burn/survive-burn.ts";
export {
  type BlockDifference,
  type BurnVerdict,
  type FieldVerdict,
  type PlanVerdict,
  type RequestVerdict,
  verifyPlan,
} from "./core/efuse/burn/verify-plan.ts";
export {
  type DescribedChange,
  type DescribedRequest,
  type DescribedStep,
  describePlan,
  type PlanDescription,
  planLines,
} from "./core/efuse/plan/describe-plan.ts";
export { formatBits } from "./core/efuse/plan/draft.ts";
export type * from "./core/efuse/plan/plan.ts";
export { planBurn } from "./core/efuse/plan/plan-burn.ts";
export { blocksFor } from "./core/efuse/read/blocks-for.ts";
export { checkErrors, type DamagedBlock, type DamageReport } from "./core/efuse/read/check-errors.ts";
export type { EfuseDevice } from "./core/efuse/read/device.ts";
export { efuseDevice } from "./core/efuse/read/efuse-device.ts";
export { extendState, type ReadEfusesOptions, readEfuses } from "./core/efuse/read/read-efuses.ts";
export {
  type AdcInfo,
  adcInfo,
  adcInfoLines,
  blocksForAdcInfo,
  type CalibrationPoint,
} from "./core/efuse/show/adc-info.ts";
export { blockBytes, type DumpFile, dumpFiles, dumpHexLines, dumpLines } from "./core/efuse/show/dump.ts";
export { statusDumpLines, warningLines } from "./core/efuse/show/error-status.ts";
export {
  blocksForFields,
  requireOneName,
  type SummaryLinesOptions,
  type SummaryOptions,
  type SummaryRecord,
  summaryFields,
  summaryJson,
  summaryLines,
  summaryRecords,
  summaryValue,
} from "./core/efuse/show/summarise.ts";
export { bitsToBytes, bitsToWords, bytesToBits, wordsToBits } from "./core/efuse/table/bits.ts";
export type { VariableLookup } from "./core/efuse/table/custom-rows.ts";
export {
  type CustomField,
  type CustomTableOptions,
  type ExtendedTable,
  extendEfuseTable,
} from "./core/efuse/table/custom-table.ts";
export {
  blockNames,
  fieldNames,
  findBlock,
  findField,
  findPresentField,
  isPresent,
  presentFields,
} from "./core/efuse/table/find-field.ts";
export { loadEfuseTable } from "./core/efuse/table/load-table.ts";
export type * from "./core/efuse/table/types.ts";
export { blocksForCustomMac, type CustomMac, customMac, customMacLine } from "./core/efuse/value/custom-mac.ts";
export { type FieldMeaning, type FieldView, fieldMeaning, viewField } from "./core/efuse/value/field-meaning.ts";
export { fieldValue, isReadable, isWritable } from "./core/efuse/value/field-value.ts";
export { curvesFor, findKeyPurpose, keyPurposeOf } from "./core/efuse/value/key-purposes.ts";
export type { MacMeaning } from "./core/efuse/value/mac-meaning.ts";
export type * from "./core/efuse/value/request.ts";
export { holdsSecret } from "./core/efuse/value/secrecy.ts";
export type { AbortSignalLike } from "./core/errors.ts";
export * from "./core/errors-at-doors.ts";
export type {
  DifferentRun,
  Emit,
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
export type { ImageNoticeCode } from "./core/image/notice.ts";
export type { NvsProblemCode } from "./core/nvs/nvs-values.ts";
export type { SecureNoticeCode } from "./core/secure/notice.ts";
export type { Session, UsbMode } from "./core/session/session.ts";
export type { RegisterWrite } from "./core/wire/commands.ts";
export type { SecurityInfo } from "./core/wire/security-info.ts";
export type { EfuseEvent } from "./virtual/efuse/efuse-circuit.ts";
export type { EfuseChipId } from "./virtual/efuse/efuse-layout-row.ts";
export { type VirtualEfuses, virtualEfuses } from "./virtual/efuse/efuse-memory.ts";
export type { EfuseErrorReport, EfuseFaultControls } from "./virtual/fault/efuse-faults.ts";
export type { Occasions } from "./virtual/fault/rule-list.ts";
export type { VirtualClock } from "./virtual/time/virtual-clock.ts";
