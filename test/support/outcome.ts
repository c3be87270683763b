import { type EspError, isEspError } from "../../src/core/errors.ts";

/** The `EspError` that the work ends in; fails the test when it succeeds or throws anything else. */
export async function errorOf(work: Promise<unknown>): Promise<EspError> {
  let result: unknown;
  try {
    result = await work;
  } catch (error) {
    if (isEspError(error)) return error;
    throw error;
  }
  throw new Error(`expected an EspError, got ${JSON.stringify(result)}`);
}

export async function codeOf(work: Promise<unknown>): Promise<string> {
  return (await errorOf(work)).code;
}
