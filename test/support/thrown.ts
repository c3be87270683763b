import { type EspError, isEspError } from "../../src/core/errors.ts";

/** The `EspError` that the call throws; fails the test when it returns or throws anything else. */
export function thrown(call: () => unknown): EspError {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    if (isEspError(error)) return error;
    throw error;
  }
  throw new Error(`expected an EspError, got ${String(result)}`);
}
