import type { Check } from "../check/check.ts";
import { wholeNumber } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkRecord, checkText, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import type { EspError } from "../errors.ts";
import { errorOf, type ImageProblem } from "./image-problem.ts";

const checkProblem: Check<ImageProblem> = shape<ImageProblem>({
  code: oneOf<ImageProblem["code"]>(["image.invalid", "image.truncated"]),
  message: checkText,
  offset: wholeNumber(0),
});

/** The problem as an error, for work that cannot go on with it. */
export function problemError(problem: ImageProblem, more: Readonly<Record<string, unknown>> = {}): EspError {
  return errorOf(checkProblem(problem, "problem"), checkRecord(more, "more"));
}

const checkRead: Check<{ readonly problems: readonly ImageProblem[] }> = shape<{
  readonly problems: readonly ImageProblem[];
}>({ problems: listOf(checkProblem) });

/** For those who need a whole image: throws the first problem as `image.invalid` or `image.truncated`. */
export function requireSound(image: { readonly problems: readonly ImageProblem[] }): void {
  const { problems } = checkRead(image, "image");
  const [first] = problems;
  if (first !== undefined) throw errorOf(first, { problems });
}
