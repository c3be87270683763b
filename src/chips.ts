export {
  CHIPS,
  chipById,
  chipByImageId,
  chipByMagic,
  chipNameKey,
  expandChipName,
  findChip,
  RETIRED_IMAGE_CHIP_IDS,
  requireChip,
} from "./core/chip/catalog.ts";
export {
  decodeFlashHeader,
  encodeFlashHeader,
  FLASH_MODES,
  type FlashHeaderBytes,
  type FlashMode,
  type FlashSettings,
  flashFrequencyCode,
  flashModeByte,
  flashSizeCode,
} from "./core/chip/flash-header.ts";
export {
  flashSizeBytes,
  flashSizeName,
  flashSizeOfJedecId,
  type JedecId,
  parseJedecId,
} from "./core/chip/flash-size.ts";
export {
  type LoaderCircumstances,
  type LoaderKind,
  type LoaderTraits,
  loaderTraits,
} from "./core/chip/loader-traits.ts";
export { isDromAddress, isFlashAddress, isIromAddress, memoryTypesAt, windowContains } from "./core/chip/regions.ts";
export type * from "./core/chip/types.ts";
export type { ConnectDiagnosis, ErrorDetails } from "./core/error-details.ts";
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
} from "./core/errors.ts";
export type { Remedy } from "./core/remedy.ts";
