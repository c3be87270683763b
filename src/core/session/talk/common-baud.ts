/** Every ROM starts at this rate, or finds it out from the SYNC: the one at which a loader can always be found again. */
export const COMMON_BAUD = 115_200;
