import { EspError } from "../errors.ts";

/** Something in an image that is not as it must be, and where. What could be read is in the image all the same. */
export interface ImageProblem {
  /** The code of an error that is made of it. */
  readonly code: "image.invalid" | "image.truncated";
  readonly message: string;
  /** In the file. */
  readonly offset: number;
}

const HINTS: Readonly<Record<ImageProblem["code"], string>> = {
  "image.invalid": "The file is damaged, or no image for this chip.",
  "image.truncated": "The file is incomplete: build or copy it again.",
};

export function invalid(message: string, offset: number): ImageProblem {
  return { code: "image.invalid", message, offset };
}

export function truncated(what: string, offset: number): ImageProblem {
  return { code: "image.truncated", message: `The image ends before ${what}.`, offset };
}

/** `problemError` for what was found here, and need not be checked. */
export function errorOf(
  { code, message, offset }: ImageProblem,
  facts: Readonly<Record<string, unknown>> = {},
): EspError {
  return new EspError(code, message, { hint: HINTS[code], details: { offset, ...facts } });
}
