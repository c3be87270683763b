import type { ChipDescriptor } from "../../core/chip/types.ts";
import type { NandMemory } from "../flash/nand-flash.ts";
import type { FlashMemory } from "../flash/nor-flash.ts";
import type { AddressSpace } from "../silicon/address-space.ts";
import type { Silicon } from "../silicon/silicon.ts";
import type { FlashPins } from "../silicon/spi-engine.ts";
import type { Program } from "./cpu.ts";
import type { FrameBuffers } from "./frame-buffers.ts";
import type { MachineBoard } from "./machine.ts";

/** The machine as the code that runs on it sees it: ROM loader, stub, user code. */
export interface LoaderHost {
  readonly chip: ChipDescriptor;
  readonly silicon: Silicon;
  readonly board: MachineBoard;
  readonly space: AddressSpace;
  readonly flash: FlashMemory;
  readonly nand: NandMemory | null;
  readonly pins: FlashPins;
  /** The eFuses forbid download mode, or allow a small part of it; as of the last time they were read. */
  readonly downloadDisabled: boolean;
  readonly secureDownload: boolean;
  /** The UART's rate; setting it takes effect at once. */
  baudRate: number;
  running: "nothing" | "rom-loader" | "stub" | "user-code";
  /** Sends one SLIP frame. */
  send(payload: Uint8Array): void;
  /** What the stub receives into; ROM loaders have a queue of frames. */
  readonly buffers: FrameBuffers;
  /** Resets the chip; the caller must then yield `"reset"`. */
  restart(cause: "soft" | "brown-out"): void;
  /** The program that begins at this address: a known stub, or code of which only its silence is known. */
  programAt(entry: number): Program;
}

/** Milliseconds that so many bytes need on the line. */
export function lineMs(host: LoaderHost, bytes: number): number {
  // Start bit, eight data bits, stop bit.
  return (bytes * 10_000) / host.baudRate;
}

/** Changes the bits of a register that the mask names. */
export function writeMasked({ space }: LoaderHost, address: number, value: number, mask: number): void {
  space.writeWord(address, mask === 0xffffffff ? value : (value & mask) | (space.readWord(address) & ~mask));
}
