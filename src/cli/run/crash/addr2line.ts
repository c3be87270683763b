import { EspError } from "../../../index.ts";
import type { RunCommand } from "../../context.ts";
import { openPrograms, requirePrograms } from "../open-programs.ts";

export const run: RunCommand = async (context) => {
  const { arguments: line, print } = context;
  const addresses = line.words.map(addressOf);
  const { locationText, lookUp } = await import("../../../crash.ts");
  const programs = await openPrograms(context);
  requirePrograms(programs);
  const found = addresses.map((address) => {
    for (const { file, info } of programs) {
      const location = lookUp(info, address);
      if (location !== null) return { address, elf: file, location };
    }
    return { address, elf: null, location: null };
  });
  for (const { address, location } of found) {
    const text = `0x${address.toString(16).padStart(8, "0")}`;
    for (const row of location === null ? [`${text}: no code of the program`] : locationText(location)) print(row);
  }
  return { addresses: found.map(({ address, elf, location }) => ({ address, elf, frames: location?.frames ?? [] })) };
};

/** Hexadecimal, as binutils' addr2line reads them. */
function addressOf(word: string): number {
  if (/^(?:0x)?[0-9a-f]{1,8}$/i.test(word)) return Number.parseInt(word, 16);
  throw new EspError("argument.invalid", `'${word}' is no address.`, {
    hint: "Addresses are hexadecimal and have 8 digits at most, such as 0x42000066.",
    details: { value: word },
  });
}
