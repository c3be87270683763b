/** What build systems leave behind: recognised, checked, and planned as a write of flash. Runs anywhere. */

export type {
  BundleFact,
  BundleFile,
  BundleFileRole,
  BundleFileUse,
  BundleKind,
  BundleProblem,
  BundleSettings,
  FlashBundle,
} from "./core/bundle/flash-bundle.ts";
export type { FlashPlan, LeftUntouched, LostContents, PlanFlashOptions } from "./core/bundle/plan-bundle.ts";
export { planFlash } from "./core/bundle/plan-flash.ts";
export { type ReadFlashBundleOptions, readFlashBundle } from "./core/bundle/read-flash-bundle.ts";
export { mapTree } from "./core/bundle/tree/map-tree.ts";
export type { Tree, TreeEntry } from "./core/bundle/tree/tree.ts";
export { zipTree } from "./core/bundle/tree/zip-tree.ts";
export { type FlashExtent, type PlacedData, uncoveredRanges } from "./core/bundle/uncovered-ranges.ts";
export type { ByteSource } from "./core/check/bytes.ts";
export type { FlashMode } from "./core/chip/flash-codes.ts";
export type { ChipId } from "./core/chip/types.ts";
export * from "./core/errors-at-doors.ts";
export type { Partition, PartitionSource } from "./core/partition/table/partition.ts";
