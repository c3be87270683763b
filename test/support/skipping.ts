/** The reason of most. */
export const NO_REFERENCE = "comparisons with the reference's files: ../shared is not there";

/** Tells why tests of this file do not run here; the list at the end of a run counts them by reason. */
export function tellSkipped(reason: string): void {
  console.log(`skipped: ${reason}`);
}
