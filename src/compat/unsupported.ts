// Room: the API of esptool-js 0.7, for pages written for it.
// In: calls as esptool-js documents them.
// Out: the same over the doors of this library; a member that makes no sense here says so.

import { EspError } from "../index.ts";

/** A member that esptool-js has and that makes no sense here: it says so, and what to use. */
export function unsupported(member: string, instead: string): EspError {
  return new EspError("compat.unsupported", `${member} of esptool-js is not offered by esptool-ts/compat.`, {
    hint: instead,
    details: { member },
  });
}

/** The same for members that return a promise. */
export async function refuse(member: string, instead: string): Promise<never> {
  throw unsupported(member, instead);
}
