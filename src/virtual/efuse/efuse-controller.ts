// Shelf: the eFuse controller, with its own layout and its own codes: nothing is shared with the host side.
// In: register writes.
// Out: burned bits, or not, as the hardware would decide.

import type { Clock } from "../../core/clock.ts";
import type { EfuseFaultPlan } from "../fault/efuse-faults.ts";
import type { Peripheral } from "../silicon/address-space.ts";
import { efuseCells } from "./efuse-cells.ts";
import { type EfuseCircuit, type EfuseEvent, type EfuseFamily, shownFlag } from "./efuse-circuit.ts";
import { esp32Family } from "./efuse-esp32.ts";
import type { EfuseLayout } from "./efuse-layout.ts";
import { reedSolomonFamily } from "./efuse-reed-solomon.ts";

/** Op codes and commands (fact sheet efuse-secure A8). */
const PROGRAM_OP_CODE = 0x5a5a;
const READ_OP_CODE = 0x5aa5;
const READ = 1;
const PROGRAM = 2;
const COMMAND_MASK = 3;
const BLOCK_SHIFT = 2;
const BLOCK_MASK = 0xf;
/** Entries kept of the log. */
const LOG_LIMIT = 1000;

export interface EfuseControllerOptions {
  readonly layout: EfuseLayout;
  /** Burned bits by register address; burning changes them. */
  readonly fuses: Map<number, number>;
  readonly clock: Clock;
  readonly programMs: number;
  readonly readMs: number;
  readonly faults: EfuseFaultPlan;
  /** 100 x major + minor: later chips lock other fields. */
  readonly revision: () => number;
  /** The supply breaks down; the controller itself only stops. */
  readonly brownOut: () => void;
}

/** The eFuse controller as the chip's bus and its boot code see it. */
export interface EfuseController extends Peripheral {
  /** The ROM may not start its download mode any more. */
  readonly downloadOff: boolean;
  /** The ROM's download mode is the secure one. */
  readonly secureDownload: boolean;
  /** What it did, oldest first; the last thousand. */
  readonly log: readonly EfuseEvent[];
  /** How often it burned, or tried to. */
  readonly programs: number;
}

/**
 * The registers of an eFuse controller over the fuses they burn and show. What can be read are copies: they are renewed
 * by the READ command and by a reset, and protection counts as they show it.
 */
export function createEfuseController(options: EfuseControllerOptions): EfuseController {
  return new Controller(options);
}

class Controller implements EfuseController {
  readonly log: EfuseEvent[] = [];
  programs = 0;
  readonly #options: EfuseControllerOptions;
  readonly #circuit: EfuseCircuit;
  readonly #family: EfuseFamily;
  readonly #readOnly: ReadonlySet<number>;
  #registers: Uint32Array;
  /** The command under way; its bits show until then. */
  #command = 0;
  #busyUntil = 0;

  constructor(options: EfuseControllerOptions) {
    this.#options = options;
    const { layout, fuses, faults, revision } = options;
    this.#registers = new Uint32Array(layout.sizeBytes / 4);
    this.#circuit = {
      layout,
      cells: efuseCells(layout, fuses),
      faults,
      log: this.log,
      revision,
      register: (offset) => this.#registers[offset / 4] ?? 0,
      setRegister: (offset, value) => {
        this.#registers[offset / 4] = value;
      },
    };
    this.#family = layout.chip === "esp32" ? esp32Family(this.#circuit) : reedSolomonFamily(this.#circuit);
    this.#readOnly = new Set(this.#family.readOnly);
    this.reset();
  }

  get downloadOff(): boolean {
    this.#settle();
    return shownFlag(this.#circuit, this.#options.layout.downloadOff);
  }

  get secureDownload(): boolean {
    this.#settle();
    return shownFlag(this.#circuit, this.#options.layout.secureDownload);
  }

  handles(address: number): boolean {
    const { base, sizeBytes } = this.#options.layout;
    return address >= base && address < base + sizeBytes;
  }

  read(address: number): number {
    this.#settle();
    const offset = address - this.#options.layout.base;
    return offset === this.#options.layout.command ? this.#command : this.#circuit.register(offset);
  }

  write(address: number, value: number): void {
    this.#settle();
    const { base, command } = this.#options.layout;
    const offset = address - base;
    if (offset === command) this.#start(value);
    else if (!this.#readOnly.has(offset)) this.#circuit.setRegister(offset, value);
  }

  reset(): void {
    this.#registers = new Uint32Array(this.#options.layout.sizeBytes / 4);
    this.#command = 0;
    this.#family.load();
  }

  #start(value: number): void {
    const command = value & COMMAND_MASK;
    if (command === 0) return;
    const why = this.#objection(command);
    if (why !== null) {
      this.#note({ do: "ignored", command: value, why });
      return;
    }
    const { faults, clock, programMs, readMs } = this.#options;
    this.#command = value;
    this.#busyUntil = faults.hangs() ? Number.POSITIVE_INFINITY : clock.now() + (command === READ ? readMs : programMs);
    if (command === PROGRAM) {
      // The fuses melt at once; a reset in the middle finds them molten.
      this.programs++;
      this.#family.program((value >>> BLOCK_SHIFT) & BLOCK_MASK);
      if (this.log.length > LOG_LIMIT) this.log.shift();
    } else if (faults.brownsOut()) {
      this.#busyUntil = Number.POSITIVE_INFINITY;
      this.#options.brownOut();
    }
    this.#settle();
  }

  #objection(command: number): (EfuseEvent & { readonly do: "ignored" })["why"] | null {
    if (this.#command !== 0) return "busy";
    if (command !== READ && command !== PROGRAM) return "no-such-command";
    const opCode = this.#circuit.register(this.#options.layout.configuration) & 0xffff;
    return opCode === (command === READ ? READ_OP_CODE : PROGRAM_OP_CODE) ? null : "op-code";
  }

  /** Ends the command whose time is over. What was read shows from then on. */
  #settle(): void {
    if (this.#command === 0 || this.#options.clock.now() < this.#busyUntil) return;
    const isRead = (this.#command & COMMAND_MASK) === READ;
    this.#command = 0;
    if (!isRead) return;
    this.#family.load();
    this.#note({ do: "read" });
  }

  #note(event: EfuseEvent): void {
    if (this.log.length >= LOG_LIMIT) this.log.shift();
    this.log.push(event);
  }
}
