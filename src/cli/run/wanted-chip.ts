import { type ChipDescriptor, EspError, requireChip } from "../../chips.ts";
import type { OptionValues } from "../line/option-values.ts";
import { CHIP_NAMES } from "../spec/chip-names.ts";

/** The chip of `--chip`, where there is none to ask. Throws `argument.invalid`. */
export function wantedChip(options: OptionValues): ChipDescriptor {
  const chip = options.text("chip");
  if (chip !== undefined && chip !== "auto") return requireChip(chip);
  throw chipMissing("Write it before the command: esptool --chip esp32c3 ...");
}

export function chipMissing(hint: string): EspError {
  return new EspError("argument.invalid", `Specify the --chip argument (choose from ${CHIP_NAMES.join(", ")}).`, {
    hint,
  });
}
