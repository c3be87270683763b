import { checkBytes, type WithByteSources } from "../check/bytes.ts";
import { type Check, optional, orNull } from "../check/check.ts";
import { checkAddress, checkWord, wholeNumber } from "../check/numbers.ts";
import { type Shape, shape } from "../check/shapes.ts";
import { anything, checkBoolean, checkObject, checkText, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { checkChipId } from "../chip/catalog.ts";
import type { ElfToImageOptions } from "./convert/elf-to-image-options.ts";
import type { SecurePad } from "./convert/secure-pad.ts";
import type { Run } from "./exchange/runs.ts";
import type { ImageDraft } from "./firmware/build-image.ts";
import type { ExtendedImageHeader, FirmwareImage, ImageHeader, ImageSegment } from "./firmware/firmware-image.ts";
import type { HeaderSettings } from "./firmware/patch-header.ts";
import type { PlacedFile } from "./overlap.ts";
import type { FirmwareFamily, FirmwareFile } from "./read-firmware-file.ts";

export type PlacedFileInput = WithByteSources<PlacedFile>;
export type RunInput = WithByteSources<Run>;

const checkPlacedFile: Check<PlacedFile> = shape<PlacedFile>({
  address: checkAddress,
  data: checkBytes,
  name: checkText,
});
export const checkPlacedFiles: Check<PlacedFile[]> = listOf(checkPlacedFile);
export const checkRuns: Check<Run[]> = listOf(shape<Run>({ address: checkAddress, data: checkBytes }));

export const checkFirmwareFile: Check<FirmwareFile> = shape<FirmwareFile>({
  kind: oneOf(["binary", "intel-hex", "uf2", "elf"]),
  parts: checkPlacedFiles,
  families: optional(listOf(shape<FirmwareFamily>({ familyId: orNull(checkWord), parts: checkPlacedFiles }))),
  familyId: orNull(checkWord),
  notices: anything,
});

export const checkHeaderSettings: Check<HeaderSettings> = shape<HeaderSettings>({
  mode: checkText,
  frequency: checkText,
  size: checkText,
});

export const checkVersion: Check<1 | 2 | 3> = (value, argument) => wholeNumber(1, 3)(value, argument) as 1 | 2 | 3;

/** What the numbers may be is said by `requireImageOptions`. */
export const checkElfOptions: Check<ElfToImageOptions> = shape<ElfToImageOptions>({
  chip: checkChipId,
  flashMode: optional(checkText),
  flashFrequency: optional(checkText),
  flashSize: optional(checkText),
  version: optional(checkVersion),
  minimumRevision: optional(wholeNumber(0)),
  minimumRevisionFull: optional(wholeNumber(0)),
  maximumRevisionFull: optional(wholeNumber(0)),
  elfSha256Offset: optional(wholeNumber(0)),
  securePad: optional(oneOf<SecurePad>(["v1", "v2"])),
  useSegments: optional(checkBoolean),
  mmuPageBytes: optional(wholeNumber(0)),
  padToBytes: optional(wholeNumber(0)),
  ramOnlyHeader: optional(checkBoolean),
  appendDigest: optional(checkBoolean),
});

const checkByte = wholeNumber(0, 0xff);
const checkHalfWord = wholeNumber(0, 0xffff);

const checkHeader: Check<ImageHeader> = shape<ImageHeader>({
  segmentCount: checkByte,
  modeByte: checkByte,
  sizeFrequencyByte: checkByte,
  entry: checkWord,
});

const bytesOfLength =
  (length: number): Check<Uint8Array> =>
  (value, argument) => {
    const bytes = checkBytes(value, argument);
    wholeNumber(length, length)(bytes.length, `${argument}.length`);
    return bytes;
  };

const checkExtended: Check<ExtendedImageHeader> = shape<ExtendedImageHeader>({
  wpPin: checkByte,
  pinDrives: bytesOfLength(3),
  chipId: checkHalfWord,
  minimumRevision: checkByte,
  minimumRevisionFull: checkHalfWord,
  maximumRevisionFull: checkHalfWord,
  reserved: bytesOfLength(4),
  hasDigest: checkBoolean,
});

const DRAFT_SEGMENT = {
  address: checkWord,
  data: checkBytes,
  name: optional(checkText),
  includeInChecksum: checkBoolean,
};
const checkDraftSegments = listOf(shape<Omit<ImageSegment, "fileOffset">>(DRAFT_SEGMENT));

const checkedPair = <T>(check: Check<T>): Check<{ readonly stored: T; readonly computed: T }> =>
  shape<{ readonly stored: T; readonly computed: T }>({ stored: check, computed: check } as Shape<{
    readonly stored: T;
    readonly computed: T;
  }>);

const LARGEST_IMAGE = 0x1000_0000;

export const checkImage: Check<FirmwareImage> = shape<FirmwareImage>({
  format: oneOf(["esp32", "esp8266-v1", "esp8266-v2", "esp8266-v3"]),
  chip: orNull(checkChipId),
  wrapper: orNull(checkHeader),
  header: checkHeader,
  extended: orNull(checkExtended),
  segments: listOf(shape<ImageSegment>({ ...DRAFT_SEGMENT, fileOffset: wholeNumber(0) })),
  padding: checkBytes,
  checksum: orNull(checkedPair(checkByte)),
  digest: orNull(checkedPair<Uint8Array>(bytesOfLength(32))),
  crc: orNull(checkedPair(checkWord)),
  dataBytes: wholeNumber(0, LARGEST_IMAGE),
  trailing: checkBytes,
  notices: anything,
  problems: listOf(checkObject),
});

export const checkDraft: Check<ImageDraft> = shape<ImageDraft>({
  wrapper: optional(orNull(checkHeader)),
  header: checkHeader,
  extended: orNull(checkExtended),
  segments: checkDraftSegments,
  hiddenSegments: optional(checkDraftSegments),
  appendDigest: checkBoolean,
  padToBytes: optional(wholeNumber(1, LARGEST_IMAGE)),
});
