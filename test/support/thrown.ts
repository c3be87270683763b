import { type EspError, isEspError } from "../../src/core/errors.ts";

/** The `EspError` that the work throws; fails the test when it throws nothing or anything else. */
export function thrown(work: () => unknown): EspError {
  try {
    work();
  } catch (error) {
    if (isEspError(error)) return error;
    throw error;
  }
  throw new Error("expected an EspError, but nothing was thrown");
}
