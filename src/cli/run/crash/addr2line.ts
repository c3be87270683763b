import { EspError } from "../../../index.ts";
import type { RunCommand } from "../../context.ts";
import { localEngine } from "../explain/decoding-engine.ts";
import { type FoundProgram, ProgramFinder } from "../explain/program-finder.ts";

export const run: RunCommand = async (context) => {
  const { arguments: line, print } = context;
  const addresses = line.words.map(addressOf);
  const { locationText } = await import("../../../crash.ts");
  const engine = await localEngine();
  const programs = await new ProgramFinder(context, engine, () => {}).openGiven();
  requirePrograms(programs);
  const ids = programs.map(({ id }) => id);
  const found = await Promise.all(
    addresses.map(async (address) => {
      const answer = await engine.lookUp(address, ids);
      const elf = programs.find(({ id }) => id === answer?.program)?.file ?? null;
      return { address, elf, location: answer?.location ?? null };
    }),
  );
  for (const { address, location } of found) {
    const text = `0x${address.toString(16).padStart(8, "0")}`;
    for (const row of location === null ? [`${text}: no code of the program`] : locationText(location)) print(row);
  }
  return { addresses: found.map(({ address, elf, location }) => ({ address, elf, frames: location?.frames ?? [] })) };
};

/** Throws `argument.invalid`. */
function requirePrograms(programs: readonly FoundProgram[]): void {
  if (programs.length > 0) return;
  throw new EspError("argument.invalid", "The option --elf is missing.", {
    hint: "Give the program's ELF file, such as --elf build/app.elf.",
  });
}

/** Hexadecimal, as binutils' addr2line reads them. */
function addressOf(word: string): number {
  if (/^(?:0x)?[0-9a-f]{1,8}$/i.test(word)) return Number.parseInt(word, 16);
  throw new EspError("argument.invalid", `'${word}' is no address.`, {
    hint: "Addresses are hexadecimal and have 8 digits at most, such as 0x42000066.",
    details: { value: word },
  });
}
