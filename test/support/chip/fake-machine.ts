import { chipById } from "../../../src/core/chip/catalog.ts";
import { createNorFlash } from "../../../src/virtual/flash/nor-flash.ts";
import type { BootMode, Machine, MachineBoard, ResetCause } from "../../../src/virtual/machine/machine.ts";

export interface FakeMachine extends Machine {
  baudRate: number;
  readonly starts: { atMs: number; mode: BootMode; cause: ResetCause }[];
  readonly received: { atMs: number; bytes: number[] }[];
  stops: number;
  /** Everything received, in one array. */
  bytes(): number[];
}

/** A machine that only notes what its board does to it; in download mode it sends back what it receives if asked. */
export function fakeMachine(board: MachineBoard, options: { readonly echo?: boolean } = {}): FakeMachine {
  let running: Machine["running"] = "nothing";
  const machine: FakeMachine = {
    chip: chipById("esp32"),
    flash: createNorFlash({ sizeBytes: 1 << 20, jedecId: [0xc8, 0x40, 0x14] }),
    nand: null,
    efuses: null,
    downloadDisabled: false,
    baudRate: 115200,
    get running() {
      return running;
    },
    starts: [],
    received: [],
    stops: 0,
    bytes: () => machine.received.flatMap(({ bytes }) => bytes),
    start(mode, cause) {
      running = mode === "download" ? "rom-loader" : "user-code";
      machine.starts.push({ atMs: board.clock.now(), mode, cause });
    },
    stop() {
      running = "nothing";
      machine.stops++;
    },
    receive(bytes) {
      machine.received.push({ atMs: board.clock.now(), bytes: [...bytes] });
      if (options.echo === true) board.transmit(bytes);
    },
  };
  return machine;
}
