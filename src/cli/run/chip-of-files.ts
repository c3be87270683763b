import { type ChipDescriptor, requireChip } from "../../chips.ts";
import { chipsForFirmware, type FirmwareFile } from "../../image.ts";
import type { RunContext } from "../context.ts";
import { chipMissing, wantedChip } from "./wanted-chip.ts";

/**
 * The chip of `--chip`, or else the one that all files are for. Throws `argument.invalid` where they do not say, or
 * could be for several.
 */
export function chipOfFiles({ options, print }: RunContext, files: readonly FirmwareFile[]): ChipDescriptor {
  const typed = options.text("chip") ?? "auto";
  if (typed !== "auto") return wantedChip(options);
  const chips = chipsForFirmware(files);
  if (chips === null) return wantedChip(options);
  const [only, ...others] = chips;
  if (only === undefined) throw chipMissing("The files are for different chips, or for one that nobody knows.");
  if (others.length > 0) throw chipMissing(`What is in the files fits these: ${chips.join(", ")}.`);
  const chip = requireChip(only);
  print(`The chip is an ${chip.name}, as the ${files.length === 1 ? "file says" : "files say"}.`);
  return chip;
}
