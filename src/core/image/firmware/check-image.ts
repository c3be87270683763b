import { checkBytes } from "../../check/bytes.ts";
import { type Check, optional, orNull } from "../../check/check.ts";
import { checkWord, wholeNumber } from "../../check/numbers.ts";
import { type Shape, shape } from "../../check/shapes.ts";
import { anything, checkBoolean, checkObject, checkText, listOf } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { checkChipId } from "../../chip/chip-index.ts";
import type { ExtendedImageHeader, FirmwareImage, ImageDraft, ImageHeader, ImageSegment } from "./firmware-image.ts";

const checkByte = wholeNumber(0, 0xff);

const checkHalfWord = wholeNumber(0, 0xffff);

const checkHeader: Check<ImageHeader> = shape<ImageHeader>({
  segmentCount: checkByte,
  modeByte: checkByte,
  sizeFrequencyByte: checkByte,
  entry: checkWord,
});

const bytesOfLength =
  (length: number): Check<Uint8Array<ArrayBuffer>> =>
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
  digest: orNull(checkedPair<Uint8Array<ArrayBuffer>>(bytesOfLength(32))),
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
