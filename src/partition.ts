/** Partition tables, OTA data, and the ranges of flash that partitions' names mean. Runs anywhere. */

export type { ByteSource } from "./core/check/bytes.ts";
export type { ChipFacts, ChipId, ChipIdentity, ChipMac, InstructionSet } from "./core/chip/types.ts";
export type { AbortSignalLike } from "./core/errors.ts";
export * from "./core/errors-at-doors.ts";
export type { FileSystemKind } from "./core/filesystem/file-system.ts";
export { type BackupFlashResult, backupFlash } from "./core/flash-layout/backup/backup-flash.ts";
export type { BoardFacts } from "./core/flash-layout/backup/board-of-session.ts";
export {
  BACKUP_MANIFEST,
  type BackupEntry,
  type BackupManifest,
  type BackupRegion,
  type BackupRegionKind,
  type BackupStore,
  formatBackupManifest,
  parseBackupManifest,
} from "./core/flash-layout/backup/manifest.ts";
export {
  type BackupPlan,
  type BackupRegionState,
  type PlannedBackupRegion,
  planBackup,
} from "./core/flash-layout/backup/plan-backup.ts";
export { type PlanRestoreOptions, planRestore, type RestorePlan } from "./core/flash-layout/backup/plan-restore.ts";
export type { BackupFlashOptions } from "./core/flash-layout/backup/prepare-backup.ts";
export { type BackupImage, readBackupImage } from "./core/flash-layout/backup/read-backup-image.ts";
export type { RegionOptions } from "./core/flash-layout/backup/region-contents.ts";
export {
  type RestoreFlashOptions,
  type RestoreFlashResult,
  readBackup,
  restoreFlash,
} from "./core/flash-layout/backup/restore-flash.ts";
export { type FlashOfChipOptions, flashOfChip } from "./core/flash-layout/flash-of-chip.ts";
export {
  eraseOtaData,
  type OtaDataOptions,
  readOtaData,
  type SlotContents,
  type SwitchOtaOptions,
  type SwitchOtaResult,
  switchOtaSlot,
} from "./core/flash-layout/ota.ts";
export { type CoreDumpPartitionOptions, readCoreDumpPartition } from "./core/flash-layout/read-core-dump-partition.ts";
export {
  type PartitionTableOnChip,
  type ReadPartitionTableOptions,
  readPartitionTable,
} from "./core/flash-layout/read-partition-table.ts";
export type { ApplicationContent, PartitionContent } from "./core/inspect/content.ts";
export {
  type DescribedPartition,
  type DescribeFlashOptions,
  describeFlash,
  type FlashDescription,
} from "./core/inspect/describe-flash.ts";
export { type FlashReader, flashOfBytes } from "./core/inspect/flash-reader.ts";
export type { PartitionCsvOptions } from "./core/partition/csv/csv-options.ts";
export { type PartitionCsv, parsePartitionCsv } from "./core/partition/csv/parse-csv.ts";
export { formatPartitionCsv, type WritePartitionCsvOptions } from "./core/partition/csv/write-csv.ts";
export {
  type NamedRange,
  needsOtaData,
  type ResolveRangeOptions,
  resolveRange,
} from "./core/partition/name/partition-reference.ts";
export { touchedPartitions } from "./core/partition/name/touched-partitions.ts";
export {
  type BootChange,
  type BootReason,
  type BootSlot,
  type BootSlotOptions,
  bootSlot,
  otaDataPartition,
  otaSlots,
} from "./core/partition/ota/boot-slot.ts";
export {
  OTA_DATA_BYTES,
  type OtaCopy,
  type OtaData,
  type OtaState,
  parseOtaData,
} from "./core/partition/ota/ota-data.ts";
export { nextOtaSlot, type OtaSwitch, type OtaSwitchOptions, planOtaSwitch } from "./core/partition/ota/plan-switch.ts";
export {
  type PartitionFile,
  type PartitionFileOptions,
  readPartitionFile,
} from "./core/partition/read-partition-file.ts";
export {
  type BinaryPartitionTable,
  type BinaryTableOptions,
  encodePartitionTable,
  parsePartitionTable,
} from "./core/partition/table/binary-table.ts";
export { type CheckTableOptions, checkPartitionTable } from "./core/partition/table/check-table.ts";
export { subtypeName, typeName } from "./core/partition/table/keywords.ts";
export {
  PARTITION_TABLE_ADDRESS,
  PARTITION_TABLE_BYTES,
  type Partition,
  type PartitionSource,
} from "./core/partition/table/partition.ts";
export {
  type PartitionProblem,
  type PartitionProblemKind,
  refusePartitionProblems,
} from "./core/partition/table/problem.ts";
export type { Session, UsbMode } from "./core/session/session.ts";
export type { SecurityInfo } from "./core/wire/security-info.ts";
