import { EspError } from "./errors.ts";

/**
 * A part of the package that is a file of its own and loaded when it is needed: one chip's facts, a stub, the compressor.
 * Throws `package.part-missing` where it cannot be loaded. Who is about to change something on a chip loads what that needs
 * before.
 */
export async function loadPart<T>(part: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new EspError("package.part-missing", `A part of the program could not be loaded: ${part}.`, {
      hint: "A page is to be loaded again, because a newer one may have taken its place; else install the package again.",
      details: { part },
      cause,
    });
  }
}
