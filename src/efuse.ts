/** The eFuses of a chip: read, show, plan what to burn, burn it. Runs anywhere. */

export type { ByteSource } from "./core/check/bytes.ts";
export {
  type AdcInfo,
  adcInfo,
  adcInfoLines,
  blocksForAdcInfo,
  type CalibrationPoint,
} from "./core/efuse/adc-info.ts";
export { bitsToBytes, bitsToWords, bytesToBits, wordsToBits } from "./core/efuse/bits.ts";
export { blocksFor } from "./core/efuse/blocks-for.ts";
export { type BurnReport, burnEfuses } from "./core/efuse/burn.ts";
export type { BurnedStep } from "./core/efuse/burn-failure.ts";
export type { BurnOptions } from "./core/efuse/burn-steps.ts";
export { checkErrors, type DamagedBlock, type DamageReport } from "./core/efuse/check-errors.ts";
export { blocksForCustomMac, type CustomMac, customMac, customMacLine } from "./core/efuse/custom-mac.ts";
export {
  type CustomField,
  type CustomTableOptions,
  type ExtendedTable,
  extendEfuseTable,
} from "./core/efuse/custom-table.ts";
export {
  type DescribedChange,
  type DescribedRequest,
  type DescribedStep,
  describePlan,
  type PlanDescription,
  planLines,
} from "./core/efuse/describe-plan.ts";
export type { EfuseDevice } from "./core/efuse/device.ts";
export { formatBits } from "./core/efuse/draft.ts";
export { blockBytes, type DumpFile, dumpFiles, dumpHexLines, dumpLines } from "./core/efuse/dump.ts";
export { efuseDevice } from "./core/efuse/efuse-device.ts";
export { statusDumpLines, warningLines } from "./core/efuse/error-status.ts";
export { type FieldMeaning, type FieldView, fieldMeaning, viewField } from "./core/efuse/field-meaning.ts";
export { fieldValue, isReadable, isWritable } from "./core/efuse/field-value.ts";
export {
  blockNames,
  fieldNames,
  findBlock,
  findField,
  findPresentField,
  isPresent,
  presentFields,
} from "./core/efuse/find-field.ts";
export { curvesFor, findKeyPurpose, keyPurposeOf } from "./core/efuse/key-purposes.ts";
export { loadEfuseTable } from "./core/efuse/load-table.ts";
export type * from "./core/efuse/plan.ts";
export { planBurn } from "./core/efuse/plan-burn.ts";
export { extendState, type ReadEfusesOptions, readEfuses } from "./core/efuse/read-efuses.ts";
export {
  type Hopeless,
  planRecovery,
  type RecoveredBlock,
  type RecoveryOptions,
  type RecoveryPlan,
  type RecoveryReport,
  recoverBlocks,
} from "./core/efuse/recover-blocks.ts";
export { holdsSecret } from "./core/efuse/secrecy.ts";
export {
  blocksForFields,
  requireOneName,
  type SummaryOptions,
  type SummaryRecord,
  summaryFields,
  summaryJson,
  summaryLines,
  summaryRecords,
  summaryValue,
} from "./core/efuse/summarise.ts";
export type * from "./core/efuse/types.ts";
export { type BlockDifference, type BurnVerdict, type PlanVerdict, verifyPlan } from "./core/efuse/verify-plan.ts";
export { type VirtualEfuses, virtualEfuses } from "./virtual/efuse-memory.ts";
