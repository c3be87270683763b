/** Virtual chips: ROM loader, stub, flash, eFuses, reset circuit, boot log and faults, behind an ordinary port. */

export type { ByteSource, WithByteSources } from "./core/check/bytes.ts";
export type * from "./core/chip/types.ts";
export type { Clock } from "./core/clock.ts";
export * from "./core/errors-at-doors.ts";
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
export type { RegisterWrite } from "./core/wire/commands.ts";
export type { AdapterOptions, LongLimit } from "./virtual/board/adapter.ts";
export type { BoardCounters, BoardEvent, LoggedEvent, UsbKind, Wiring } from "./virtual/board/board.ts";
export type { ImprovStart } from "./virtual/board/improv-firmware.ts";
export type { BootButton, Circuit } from "./virtual/board/lines.ts";
export type { PersonOptions } from "./virtual/board/person.ts";
export type { VirtualChipOptions } from "./virtual/check-options.ts";
export type { EfuseEvent } from "./virtual/efuse/efuse-circuit.ts";
export type { EfuseChipId } from "./virtual/efuse/efuse-layout-row.ts";
export type { VirtualEfuses } from "./virtual/efuse/efuse-memory.ts";
export { virtualEfuses } from "./virtual/efuse/efuse-memory.ts";
export type { EfuseErrorReport, EfuseFaultControls } from "./virtual/fault/efuse-faults.ts";
export type { ByteFault, FaultControls, FrameChoice, NandFault, Occasions } from "./virtual/fault/faults.ts";
export type { NandCounters, NandFlashOptions, NandMemory, NandSnapshot } from "./virtual/flash/nand-flash.ts";
export type {
  FlashCounters,
  FlashMemory,
  FlashRegisters,
  FlashSnapshot,
  NorFlashOptions,
} from "./virtual/flash/nor-flash.ts";
export type { ResetCause, RunningProgram } from "./virtual/machine/machine.ts";
export type { Silicon, SiliconOptions } from "./virtual/silicon/silicon.ts";
export { virtualChipFromString, virtualPortFromString } from "./virtual/text/from-string.ts";
export type { FileAccess } from "./virtual/text/kept-state.ts";
export type { TextOptionDeclaration, TextOptions, TextOptionsPart } from "./virtual/text/text-options.ts";
export { TEXT_OPTIONS } from "./virtual/text/text-options.ts";
export type { TimingModel } from "./virtual/time/timing.ts";
export { DEFAULT_TIMING, INSTANT_TIMING } from "./virtual/time/timing.ts";
export type { VirtualClock } from "./virtual/time/virtual-clock.ts";
export { createVirtualClock } from "./virtual/time/virtual-clock.ts";
export type { VirtualChip, VirtualChipCounters } from "./virtual/virtual-chip.ts";
export { virtualChip } from "./virtual/virtual-chip.ts";
