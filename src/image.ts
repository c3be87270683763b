/** Firmware files without a chip: images, ELF, UF2, Intel HEX. Runs anywhere. */

export type { ByteSource, WithByteSources } from "./core/check/bytes.ts";
export type { FlashMode } from "./core/chip/flash-codes.ts";
export type * from "./core/chip/types.ts";
export { type ElfFile, type ElfMachine, type ElfProgramHeader, type ElfSection, parseElf } from "./core/elf/elf.ts";
export * from "./core/errors-at-doors.ts";
export { chipsForFirmware } from "./core/image/chips-for-firmware.ts";
export { type ElfToImageResult, elfToImage } from "./core/image/convert/elf-to-image.ts";
export type { ElfToImageOptions } from "./core/image/convert/elf-to-image-options.ts";
export type { ImageOutput } from "./core/image/convert/image-plan.ts";
export { makeImage, type RawSegment } from "./core/image/convert/make-image.ts";
export { imageOutputNames, type NameRequest } from "./core/image/convert/output-names.ts";
export type { SecurePad } from "./core/image/convert/secure-pad.ts";
export { requireElfFor } from "./core/image/elf/elf-machine.ts";
export type { ElfPiece } from "./core/image/elf/loadable-parts.ts";
export { type IntelHex, parseIntelHex } from "./core/image/exchange/intel-hex.ts";
export type { Run, RunInput } from "./core/image/exchange/runs.ts";
export {
  isUf2,
  parseUf2,
  type Uf2,
  type Uf2Family,
  type WriteUf2Options,
  writeUf2,
} from "./core/image/exchange/uf2.ts";
export { type WriteHexOptions, writeIntelHex } from "./core/image/exchange/write-intel-hex.ts";
export { buildImage, sealImage } from "./core/image/firmware/build-image.ts";
export {
  type ApplicationDescription,
  type CheckDescription,
  type DescribeOptions,
  describeImage,
  type ExtendedHeaderDescription,
  type HeaderDescription,
  type ImageDescription,
  type SegmentDescription,
  type TrailingDescription,
} from "./core/image/firmware/describe-image.ts";
export {
  type ApplicationDescriptor,
  type BootloaderDescriptor,
  parseApplicationDescriptor,
  parseBootloaderDescriptor,
} from "./core/image/firmware/descriptors.ts";
export { detectImageChip } from "./core/image/firmware/detect-image-chip.ts";
export type {
  ExtendedImageHeader,
  FirmwareImage,
  ImageDraft,
  ImageFormat,
  ImageHeader,
  ImageSegment,
  StoredCheck,
} from "./core/image/firmware/firmware-image.ts";
export { parseImage } from "./core/image/firmware/parse-image.ts";
export { patchHeader } from "./core/image/firmware/patch-header.ts";
export type {
  HeaderSettings,
  PatchedImage,
  PatchRequest,
  PatchWarning,
} from "./core/image/firmware/rewrite-header.ts";
export {
  type ChipFirmware,
  type FirmwareForChipOptions,
  firmwareForChip,
} from "./core/image/firmware-for-chip.ts";
export type { ImageProblem } from "./core/image/image-problem.ts";
export {
  type MergedFile,
  type MergeFormat,
  type MergeOptions,
  type MergeResult,
  mergeFirmware,
} from "./core/image/merge.ts";
export type { ImageNotice, ImageNoticeCode } from "./core/image/notice.ts";
export type { PlacedFileInput } from "./core/image/overlap.ts";
export { overlapError, type PlacedFile } from "./core/image/overlap.ts";
export {
  type FirmwareFamily,
  type FirmwareFile,
  type FirmwareKind,
  type FirmwarePlace,
  readFirmwareFile,
} from "./core/image/read-firmware-file.ts";
export { problemError, requireSound } from "./core/image/require-sound.ts";
export type { ImageSignature, SignatureScheme } from "./core/image/signature/signature-marks.ts";
export { findSignatures, isSigned, type SignableChip } from "./core/image/signature/signatures.ts";
