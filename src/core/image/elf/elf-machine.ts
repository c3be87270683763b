import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import type { Check } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkText } from "../../check/values.ts";
import { chipById } from "../../chip/catalog.ts";
import { checkChipId } from "../../chip/chip-index.ts";
import type { ChipId, InstructionSet } from "../../chip/types.ts";
import { parseElf } from "../../elf/elf.ts";
import { EspError } from "../../errors.ts";

const MACHINE_NAMES: Readonly<Record<InstructionSet, string>> = { xtensa: "Xtensa", riscv: "RISC-V" };

const checkNamedFile: Check<{ readonly name: string; readonly data: Uint8Array<ArrayBuffer> }> = shape<{
  readonly name: string;
  readonly data: Uint8Array<ArrayBuffer>;
}>({ name: checkText, data: checkBytes });

/**
 * An image carries the id of the chip it was converted for, whatever is in it, so a program for another kind of core
 * must be refused before. Throws `image.wrong-chip`, and what reading the ELF file throws.
 */
export function requireElfFor(chip: ChipId, elf: { readonly name: string; readonly data: ByteSource }): void {
  checkChipId(chip, "chip");
  const { name, data } = checkNamedFile(elf, "elf");
  const { machine } = parseElf(data);
  const { name: chipName, instructionSet: expected } = chipById(chip);
  if (machine === expected) return;
  throw new EspError(
    "image.wrong-chip",
    `'${name}' is a program for ${MACHINE_NAMES[machine]}, the ${chipName} has ${MACHINE_NAMES[expected]} cores.`,
    {
      hint: "Build it for this chip, or name the chip it was built for.",
      details: { file: name, machine, expected, forcible: false },
    },
  );
}
