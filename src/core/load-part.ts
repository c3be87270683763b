import { EspError } from "./errors.ts";
import { host } from "./host.ts";

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

/** Of the host's time, because that is what loading takes. */
const PATIENCE_MS = 2000;

/**
 * A part with nothing but words for an error. Null where it cannot be loaded, or not soon: what went wrong is told without it
 * then, and nobody waits for a network with a device half-written.
 */
export async function loadWords<T>(load: () => Promise<T>): Promise<T | null> {
  let timer: unknown;
  const late = new Promise<null>((resolve) => {
    timer = host.setTimeout(() => resolve(null), PATIENCE_MS);
  });
  try {
    return await Promise.race([load(), late]);
  } catch {
    return null;
  } finally {
    host.clearTimeout(timer);
  }
}
