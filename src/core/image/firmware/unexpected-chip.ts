/** The reference's sentence, by which scripts know it (fact sheet 5.2). */
export function unexpectedChipId(expected: number, found: number): string {
  return `Unexpected chip ID in image. Expected ${expected} but value was ${found}. Is this image for a different chip model?`;
}
