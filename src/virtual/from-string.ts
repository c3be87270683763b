import { CHIPS, findChip } from "../core/chip/catalog.ts";
import type { ChipDescriptor } from "../core/chip/types.ts";
import { EspError } from "../core/errors.ts";
import type { Port } from "../core/port/port.ts";
import { type ChipState, decodeState, encodeState, stateError } from "./state-file.ts";
import { parseTextOptions, type TextOptions } from "./text-options.ts";
import { type VirtualChip, virtualChip } from "./virtual-chip.ts";

/** Whole files, wherever the host keeps them. */
export interface FileAccess {
  /** The content, or null when there is no such file. */
  read(path: string): Promise<Uint8Array | null>;
  /** Replaces the file in one step, so that no reader and no crash ever sees a part of it. */
  write(path: string, bytes: Uint8Array): Promise<void>;
}

/**
 * The port of a virtual chip described by a text: `virtual:CHIP[,key=value...]`, keys as in `TEXT_OPTIONS`. With
 * `file=PATH` flash and eFuses are loaded now and saved when the port is closed.
 *
 * Throws `virtual.unknown-chip`, `virtual.invalid-option`, `virtual.state-file`.
 *
 * @example
 * const port = await virtualPortFromString("virtual:esp32c3,flash=4MB,file=chip.json", hostFiles);
 */
export async function virtualPortFromString(text: string, files: FileAccess): Promise<Port> {
  return (await virtualChipFromString(text, files)).port;
}

/** The same with the whole chip in hand. */
export async function virtualChipFromString(text: string, files: FileAccess): Promise<VirtualChip> {
  const [name = "", ...parts] = text.replace(/^virtual:/i, "").split(",");
  const descriptor = findChip(name.trim());
  if (descriptor === undefined) throw unknownChip(name.trim());
  const options = parseTextOptions(parts);
  const info = { path: text };
  const { file } = options;
  if (file === undefined) return withFaults(virtualChip(descriptor.id, chipOptions(options, info)), options);
  const state = await loadState(file, files);
  if (state !== null) checkState(state, descriptor, options, file);
  const chip = virtualChip(descriptor.id, {
    ...chipOptions(options, info),
    ...(state === null ? {} : { silicon: siliconFrom(options, state) }),
    onClose: () => files.write(file, encodeState(stateOf(chip))),
  });
  if (state !== null) chip.flash.load(state.flash);
  if (state?.nand !== undefined) chip.nand?.load(state.nand);
  return withFaults(chip, options);
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

async function loadState(path: string, files: FileAccess): Promise<ChipState | null> {
  const bytes = await files.read(path);
  return bytes === null ? null : decodeState(bytes, path);
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
    efuses: [...silicon.efuses],
  };
}
