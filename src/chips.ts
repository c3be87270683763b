export {
  CHIPS,
  chipById,
  chipByImageId,
  chipByMagic,
  chipNameKey,
  expandChipName,
  findChip,
  requireChip,
} from "./core/chip/catalog.ts";
export { RETIRED_IMAGE_CHIP_IDS } from "./core/chip/chip-index.ts";
export { ESP32 as esp32 } from "./core/chip/descriptors/esp32.ts";
export { ESP32C2 as esp32c2 } from "./core/chip/descriptors/esp32c2.ts";
export { ESP32C3 as esp32c3 } from "./core/chip/descriptors/esp32c3.ts";
export { ESP32C5 as esp32c5 } from "./core/chip/descriptors/esp32c5.ts";
export { ESP32C6 as esp32c6 } from "./core/chip/descriptors/esp32c6.ts";
export { ESP32C61 as esp32c61 } from "./core/chip/descriptors/esp32c61.ts";
export { ESP32E22 as esp32e22 } from "./core/chip/descriptors/esp32e22.ts";
export { ESP32H2 as esp32h2 } from "./core/chip/descriptors/esp32h2.ts";
export { ESP32H4 as esp32h4 } from "./core/chip/descriptors/esp32h4.ts";
export { ESP32H21 as esp32h21 } from "./core/chip/descriptors/esp32h21.ts";
export { ESP32P4 as esp32p4 } from "./core/chip/descriptors/esp32p4.ts";
export { ESP32S2 as esp32s2 } from "./core/chip/descriptors/esp32s2.ts";
export { ESP32S3 as esp32s3 } from "./core/chip/descriptors/esp32s3.ts";
export { ESP32S31 as esp32s31 } from "./core/chip/descriptors/esp32s31.ts";
export { ESP8266 as esp8266 } from "./core/chip/descriptors/esp8266.ts";
export { FLASH_MODES, type FlashMode } from "./core/chip/flash-codes.ts";
export {
  decodeFlashHeader,
  encodeFlashHeader,
  type FlashHeaderBytes,
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
export * from "./core/errors-at-doors.ts";
