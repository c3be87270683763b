import { hexAddress } from "../bytes/hex.ts";
import { EspError } from "../errors.ts";
import type { LiveSession } from "../session/session.ts";

const WORD_BYTES = 4;
const HIGHEST_WORD = 0xffffffff;

/** The error of a loader that gives no access to the address space. */
export function requireMemoryAccess({ traits }: LiveSession): void {
  if (traits.canReadRegisters) return;
  throw new EspError("chip.secure-download", "Memory cannot be accessed in Secure Download Mode.", {
    hint: "This mode is burned into the chip; flash can only be written and erased.",
  });
}

/** Throws `argument.invalid` for what is no address of a word: a loader would crash on it. */
export function requireWordAddress(address: number): void {
  requireWord(address, "address");
  if (address % WORD_BYTES === 0) return;
  throw new EspError("argument.invalid", `The address ${hexAddress(address)} is not a multiple of 4.`, {
    hint: "Memory and registers are accessed in words of four bytes.",
    details: { address },
  });
}

/** Throws `argument.invalid` for what does not fit into 32 bits without a sign. */
export function requireWord(value: number, name: string): void {
  if (Number.isInteger(value) && value >= 0 && value <= HIGHEST_WORD) return;
  throw new EspError("argument.invalid", `The ${name} ${value} is not a number of 32 bits.`, {
    hint: "Give a whole number from 0 to 0xffffffff.",
    details: { [name]: value },
  });
}
