/** Virtual chips: ROM loader, stub, flash, eFuses, reset circuit, boot log and faults, behind an ordinary port. */
export type { BoardEvent, LoggedEvent, UsbKind, Wiring } from "./virtual/board.ts";
export type { ByteFault, FaultControls, FrameChoice, NandFault, Occasions } from "./virtual/faults.ts";
export type { FileAccess } from "./virtual/from-string.ts";
export { virtualChipFromString, virtualPortFromString } from "./virtual/from-string.ts";
export type { BootButton, Circuit } from "./virtual/lines.ts";
export type { NandFlashOptions, NandMemory } from "./virtual/nand-flash.ts";
export type { FlashMemory, NorFlashOptions } from "./virtual/nor-flash.ts";
export type { Silicon, SiliconOptions } from "./virtual/silicon.ts";
export type { TextOptionDeclaration } from "./virtual/text-options.ts";
export { TEXT_OPTIONS } from "./virtual/text-options.ts";
export type { TimingModel } from "./virtual/timing.ts";
export { DEFAULT_TIMING, INSTANT_TIMING } from "./virtual/timing.ts";
export type { VirtualChip, VirtualChipCounters, VirtualChipOptions } from "./virtual/virtual-chip.ts";
export { virtualChip } from "./virtual/virtual-chip.ts";
export type { VirtualClock } from "./virtual/virtual-clock.ts";
export { createVirtualClock } from "./virtual/virtual-clock.ts";
