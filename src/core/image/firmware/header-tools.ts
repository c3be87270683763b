import { frequencyCode, modeCode, sizeCode } from "../../chip/flash-codes.ts";
import { readImage } from "./read-image.ts";

/** What headers are changed with, besides what only that needs: given to `rewriteHeader`, which is a part of its own. */
export interface HeaderTools {
  readonly readImage: typeof readImage;
  readonly modeCode: typeof modeCode;
  readonly sizeCode: typeof sizeCode;
  readonly frequencyCode: typeof frequencyCode;
}

export const HEADER_TOOLS: HeaderTools = {
  readImage,
  modeCode,
  sizeCode,
  frequencyCode,
};
