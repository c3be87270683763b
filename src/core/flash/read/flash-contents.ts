import { checkBytes } from "../../check/bytes.ts";
import { type Check, either } from "../../check/check.ts";
import { checkFunction } from "../../check/values.ts";

/**
 * Gives bytes of a range that were read before, so that not all of them need be in memory: those from `offset` on, counted
 * from the start of the range. Fewer than asked for: there are no more. It must not use the session.
 */
export type FlashContents = (offset: number, sizeBytes: number) => Uint8Array | PromiseLike<Uint8Array>;

/** Bytes, or what gives them. */
export const checkContents: Check<Uint8Array | FlashContents> = either(
  checkBytes,
  checkFunction as Check<FlashContents>,
  "bytes (a Uint8Array, ArrayBuffer, DataView or Buffer), or a function that gives them",
);

export function contentsOf(given: Uint8Array | FlashContents): FlashContents {
  return typeof given === "function" ? given : (offset, sizeBytes) => given.subarray(offset, offset + sizeBytes);
}

/** At most so many bytes, whatever was given. Throws `argument.invalid`, and what the function throws. */
export async function takeContents(contents: FlashContents, offset: number, sizeBytes: number): Promise<Uint8Array> {
  return checkBytes(await contents(offset, sizeBytes), "contents").subarray(0, sizeBytes);
}
