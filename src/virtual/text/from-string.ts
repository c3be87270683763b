import type { Check } from "../../core/check/check.ts";
import { hasParts } from "../../core/check/shapes.ts";
import { checkFunction, checkText } from "../../core/check/values.ts";
import { CHIPS, findChip } from "../../core/chip/catalog.ts";
import type { ChipDescriptor } from "../../core/chip/types.ts";
import { EspError } from "../../core/errors.ts";
import type { Port } from "../../core/port/port.ts";
import { type VirtualChip, virtualChip } from "../virtual-chip.ts";
import { type FileAccess, KeptState } from "./kept-state.ts";
import { type ChipState, stateError } from "./state-file.ts";
import { parseTextOptions, type TextOptions } from "./text-options.ts";

const checkFileAccess: Check<FileAccess> = hasParts<FileAccess>("access to files, with read and write", {
  read: checkFunction,
  write: checkFunction,
});

/**
 * The port of a virtual chip described by a text: `virtual:CHIP[,key=value...]`, keys as in `TEXT_OPTIONS`. With
 * `file=PATH` flash and eFuses are loaded now, and once more when the port is opened, if another program has changed the
 * file; what has changed is saved when the port is closed. As long as the port is open, the file is locked.
 *
 * Throws `virtual.unknown-chip`, `virtual.invalid-option`, `virtual.state-file`.
 *
 * @example
 * const port = await virtualPortFromString("virtual:esp32c3,flash=4MB,file=chip.json", hostFiles);
 */
export async function virtualPortFromString(text: string, files: FileAccess): Promise<Port> {
  checkText(text, "text");
  checkFileAccess(files, "files");
  return (await virtualChipFromString(text, files)).port;
}

/** The same with the whole chip in hand. */
export async function virtualChipFromString(text: string, files: FileAccess): Promise<VirtualChip> {
  checkText(text, "text");
  checkFileAccess(files, "files");
  const [name = "", ...parts] = text.replace(/^virtual:/i, "").split(",");
  const descriptor = findChip(name.trim());
  if (descriptor === undefined) throw unknownChip(name.trim());
  const options = parseTextOptions(parts);
  const info = { path: text };
  const { file } = options;
  if (file === undefined) return withFaults(virtualChip(descriptor.id, chipOptions(options, info)), options);
  const kept = new KeptState(file, files);
  const state = await kept.load();
  if (state !== null) checkState(state, descriptor, options, file);
  const save = (): Promise<void> => kept.save(stateOf(chip));
  const chip = virtualChip(descriptor.id, {
    ...chipOptions(options, info),
    ...(state === null ? {} : { silicon: siliconFrom(options, state) }),
    onOpen: async () => {
      const changed = await kept.take();
      if (changed === null) return;
      try {
        checkState(changed, descriptor, options, file);
        renew(chip, changed, file);
      } catch (error) {
        await kept.release();
        throw error;
      }
    },
    onSave: save,
    onClose: () => save().finally(() => kept.release()),
  });
  if (state !== null) loadMemories(chip, state);
  return withFaults(chip, options);
}

function loadMemories({ flash, nand }: VirtualChip, state: ChipState): void {
  flash.load(state.flash);
  if (state.nand !== undefined) nand?.load(state.nand);
}

/** Makes a chip that nobody has opened what another program has made of it. */
function renew(chip: VirtualChip, state: ChipState, path: string): void {
  if ((chip.nand === null) !== (state.nand === undefined))
    throw stateError(path, "holds a chip with other memories now");
  loadMemories(chip, state);
  chip.silicon.efuses.clear();
  for (const [register, word] of state.efuses) chip.silicon.efuses.set(register, word);
  // The registers show what the fuses were at the last reset.
  chip.pressReset(true);
  chip.pressReset(false);
}

function chipOptions(
  { chip, silicon }: TextOptions,
  info: { readonly path: string },
): Parameters<typeof virtualChip>[1] {
  return { ...chip, silicon, info };
}

function withFaults(chip: VirtualChip, { applyFaults }: TextOptions): VirtualChip {
  applyFaults?.(chip.faults);
  return chip;
}

function unknownChip(name: string): EspError {
  return new EspError("virtual.unknown-chip", `There is no virtual chip named '${name}'.`, {
    hint: `Choose from ${CHIPS.map(({ id }) => id).join(", ")}.`,
    details: { given: name },
  });
}

function checkState(state: ChipState, chip: ChipDescriptor, { silicon }: TextOptions, path: string): void {
  if (state.chip !== chip.id) throw stateError(path, `holds an ${state.chip}, not an ${chip.id}`);
  const wanted = silicon.flash?.sizeBytes;
  if (wanted !== undefined && wanted !== state.flash.sizeBytes) {
    throw stateError(path, `holds a chip with another flash size (${state.flash.sizeBytes} bytes)`);
  }
}

/** The silicon as asked for, with the eFuses and the flash size that the file has. */
function siliconFrom({ silicon }: TextOptions, { efuses, flash, nand }: ChipState): TextOptions["silicon"] {
  const capacity = Math.round(Math.log2(flash.sizeBytes));
  return {
    ...silicon,
    efuses,
    ...(nand !== undefined && { nand: { badBlocks: nand.badBlocks } }),
    flash: { jedecId: [0xc8, 0x40, capacity], ...silicon.flash, sizeBytes: flash.sizeBytes },
  };
}

function stateOf({ chip, flash, nand, silicon }: VirtualChip): ChipState {
  return {
    chip: chip.id,
    flash: flash.snapshot(),
    ...(nand !== null && { nand: nand.snapshot() }),
    // In an order that does not depend on what was burned first, so that the same chip is the same file.
    efuses: [...silicon.efuses].sort(([left], [right]) => left - right),
  };
}
