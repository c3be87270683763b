import { crc32 } from "../../bytes/crc32.ts";
import { sha256 } from "../../bytes/digests.ts";
import { frequencyCode, modeCode, sizeCode } from "../../chip/flash-codes.ts";
import { IMAGE_MAGIC, parseImageOutline } from "./parse-header.ts";

/** What headers are changed with, besides what only that needs: given to `rewriteHeader`, which is a part of its own. */
export interface HeaderTools {
  readonly imageMagic: number;
  readonly outlineOf: typeof parseImageOutline;
  readonly sha256: typeof sha256;
  readonly crc32: typeof crc32;
  readonly modeCode: typeof modeCode;
  readonly sizeCode: typeof sizeCode;
  readonly frequencyCode: typeof frequencyCode;
}

export const HEADER_TOOLS: HeaderTools = {
  imageMagic: IMAGE_MAGIC,
  outlineOf: parseImageOutline,
  sha256,
  crc32,
  modeCode,
  sizeCode,
  frequencyCode,
};
