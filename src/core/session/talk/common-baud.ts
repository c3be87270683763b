/** Every ROM starts at this rate, or finds it out from the SYNC: the one at which a loader can always be found again. */
export const COMMON_BAUD = 115_200;

/** The rate that a caller named, or null where it is to be found out. */
export function askedRate(choice: number | "auto" | undefined): number | null {
  return choice === undefined || choice === "auto" ? null : choice;
}
