import type { Check } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkRecord, checkText, listOf } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { EspError } from "../../errors.ts";

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

export const checkProblem: Check<ImageProblem> = shape<ImageProblem>({
  code: oneOf<ImageProblem["code"]>(["image.invalid", "image.truncated"]),
  message: checkText,
  offset: wholeNumber(0),
});

/** The problem as an error, for work that cannot go on with it. */
export function problemError(problem: ImageProblem, more: Readonly<Record<string, unknown>> = {}): EspError {
  const { code, message, offset } = checkProblem(problem, "problem");
  const facts = checkRecord(more, "more");
  return new EspError(code, message, { hint: HINTS[code], details: { offset, ...facts } });
}

const checkRead: Check<{ readonly problems: readonly ImageProblem[] }> = shape<{
  readonly problems: readonly ImageProblem[];
}>({ problems: listOf(checkProblem) });

/** For those who need a whole image: throws the first problem as `image.invalid` or `image.truncated`. */
export function requireSound(image: { readonly problems: readonly ImageProblem[] }): void {
  const { problems } = checkRead(image, "image");
  const [first] = problems;
  if (first !== undefined) throw problemError(first, { problems });
}
