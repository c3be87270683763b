// Room: a chip made of data, in the process: put together here out of the shelves below.
// In: a chip's name and what is special about this one.
// Out: a `Port` behind which real loaders seem to answer, and a way to look inside.

import type { WithByteSources } from "../core/check/bytes.ts";
import { chipById } from "../core/chip/catalog.ts";
import { checkChipId } from "../core/chip/chip-index.ts";
import type { ChipDescriptor, ChipId } from "../core/chip/types.ts";
import type { Clock } from "../core/clock.ts";
import { EspError } from "../core/errors.ts";
import type { Port, PortInfo } from "../core/port/port.ts";
import { ESPRESSIF_VENDOR_ID } from "../core/port/usb-ids.ts";
import { Board, type BoardCounters, type BoardOptions, type LoggedEvent, type UsbKind } from "./board/board.ts";
import type { BootButton } from "./board/lines.ts";
import { employPerson } from "./board/person.ts";
import { VirtualPort } from "./board/virtual-port.ts";
import { checkVirtualOptions, type VirtualChipOptions } from "./check-options.ts";
import { createMachine } from "./create-machine.ts";
import type { EfuseEvent } from "./efuse/efuse-circuit.ts";
import { createFaults, type FaultControls } from "./fault/faults.ts";
import type { NandMemory } from "./flash/nand-flash.ts";
import type { FlashMemory } from "./flash/nor-flash.ts";
import type { RunningProgram } from "./machine/machine.ts";
import { defaultSilicon, type Silicon } from "./silicon/silicon.ts";
import { createPacedClock } from "./time/paced-clock.ts";
import { DEFAULT_TIMING, type TimingModel } from "./time/timing.ts";
import { createVirtualClock } from "./time/virtual-clock.ts";

export interface VirtualChipCounters extends BoardCounters {
  /** How often the port was opened. */
  readonly opens: number;
}

/** A chip, the board around it, and the port to it. */
export interface VirtualChip {
  /** The host's end: give it to `connect`. */
  readonly port: Port;
  readonly chip: ChipDescriptor;
  readonly silicon: Silicon;
  readonly flash: FlashMemory;
  /** The NAND flash besides, if `silicon.nand` asks for one. */
  readonly nand: NandMemory | null;
  readonly faults: FaultControls;
  /** What the eFuse controller did, oldest first; the last thousand. */
  readonly efuseLog: readonly EfuseEvent[];
  readonly clock: Clock;
  /** What runs on the chip now. */
  readonly running: RunningProgram;
  /** The rate its UART is set to. */
  readonly baudRate: number;
  readonly counters: VirtualChipCounters;
  /** Power, resets and starts, oldest first; the last thousand. */
  readonly log: readonly LoggedEvent[];
  /** Hold and release it like a person: `chip.bootButton.pressed = true`. */
  readonly bootButton: BootButton;
  pressReset(pressed: boolean): void;
  powerCycle(): void;
  /** Pulls the cable: the port is lost and cannot be opened until `replug`. */
  unplug(): void;
  replug(): void;
}

/** A CP2102N, as on most development boards. */
const ADAPTER = {
  usbVendorId: 0x10c4,
  usbProductId: 0xea60,
  manufacturer: "Silicon Labs",
  product: "CP2102N",
  // So that what is remembered of it is never taken for what is known of a real one.
  serialNumber: "virtual",
} as const;
/** The product id of every built-in USB-Serial/JTAG converter (fact sheet 2.3). */
const SERIAL_JTAG = 0x1001;

/** A header without segments (fact sheet 5.1), enough for the ROM to find something to run. */
const SMALLEST_IMAGE: Uint8Array = Uint8Array.from([0xe9, 0, 2, 0x20, 0, 0, 0x08, 0x40]);

/**
 * A chip made of data, with flash, eFuses, ROM loader and stub, behind a port that behaves like a serial port.
 *
 * Throws `virtual.invalid-option` for what no such chip can have.
 *
 * @example
 * const chip = virtualChip("esp32c6", { usb: "serial-jtag" });
 * const session = await connect(chip.port);
 * chip.faults.corruptNextReply();
 */
export function virtualChip(id: ChipId, options: WithByteSources<VirtualChipOptions> = {}): VirtualChip {
  checkChipId(id, "id");
  const wanted = checkVirtualOptions(options, "options");
  const chip = chipById(id);
  const usb = wanted.usb ?? "uart";
  const silicon = defaultSilicon(id, wanted.silicon);
  const clock = chooseClock(wanted.clock);
  let cable: Board | null = null;
  const faults = createFaults({ unplugAfter: (ms) => void clock.after(ms, () => cable?.unplug()) });
  const boardOptions = { ...chooseBoard(wanted), chip, clock, faults, usb, crystalMhz: silicon.crystalMhz };
  const board = new Board(boardOptions, (seen) => {
    const machine = createMachine(chip, silicon, seen);
    if (wanted.appText !== undefined || wanted.improv !== undefined)
      machine.flash.place(chip.bootloaderOffset, SMALLEST_IMAGE);
    for (const { address, bytes } of wanted.contents ?? []) machine.flash.place(address, bytes);
    return machine;
  });
  cable = board;
  employPerson(board, clock, wanted);
  const port = new VirtualPort(board, {
    info: {
      path: `virtual:${id}`,
      ...usbIdentity(chip, usb, silicon),
      ...(wanted.info as Partial<PortInfo> | undefined),
    },
    capabilities: { lines: wanted.lines ?? true, atomicLines: wanted.atomicLines ?? true, baud: usb === "uart" },
    ...(wanted.onOpen && { onOpen: wanted.onOpen }),
    ...(wanted.onSave && { onSave: wanted.onSave }),
    ...(wanted.onClose && { onClose: wanted.onClose }),
  });
  const { machine } = board;
  return {
    port,
    chip,
    silicon,
    flash: machine.flash,
    nand: machine.nand,
    faults: faults.controls,
    efuseLog: machine.efuses?.log ?? [],
    clock,
    get running() {
      return machine.running;
    },
    get baudRate() {
      return machine.baudRate;
    },
    get counters() {
      return { ...board.counters, opens: port.opens };
    },
    log: board.log,
    bootButton: board.button,
    pressReset: (pressed) => board.pressReset(pressed),
    powerCycle: () => board.powerCycle(),
    unplug: () => board.unplug(),
    replug: () => board.replug(),
  };
}

function chooseClock(clock: VirtualChipOptions["clock"] = "virtual"): Clock {
  if (clock === "virtual") return createVirtualClock();
  return clock === "real" ? createPacedClock() : clock;
}

type BoardChoices = Omit<BoardOptions, "chip" | "clock" | "faults" | "usb" | "crystalMhz">;

function chooseBoard(options: VirtualChipOptions): BoardChoices {
  return {
    timing: { ...DEFAULT_TIMING, ...(options.timing as Partial<TimingModel> | undefined) },
    circuit: options.circuit ?? "auto",
    wiring: options.wiring ?? "normal",
    boot: options.boot ?? "flash",
    appText: options.appText ?? "Hello from a virtual chip.\r\n",
    appBaudRate: options.appBaudRate ?? 115200,
    appEveryMs: options.appEveryMs ?? 1000,
    improv: options.improv,
    anyBaud: options.anyBaud ?? false,
    adapter: options.adapter,
    reenumerates: options.reenumerates ?? options.usb === "otg",
  };
}

/** What the operating system knows of the port. */
function usbIdentity(chip: ChipDescriptor, usb: UsbKind, silicon: Silicon): Omit<PortInfo, "path"> {
  if (usb === "uart") return ADAPTER;
  const exists = usb === "serial-jtag" ? chip.usb.serialJtag : chip.usb.otgProductId !== null;
  if (!exists) {
    throw new EspError("virtual.invalid-option", `The ${chip.name} has no ${usb} USB of its own.`, {
      hint: "Use the UART.",
      details: { chip: chip.id, usb },
    });
  }
  const manufacturer = "Espressif";
  if (usb === "serial-jtag") {
    const { base } = chip.mac((register) => silicon.efuses.get(register) ?? 0);
    const serialNumber = Array.from(base, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":");
    const product = "USB JTAG/serial debug unit";
    return { usbVendorId: ESPRESSIF_VENDOR_ID, usbProductId: SERIAL_JTAG, manufacturer, product, serialNumber };
  }
  const usbProductId = chip.usb.otgProductId ?? 0;
  return { usbVendorId: ESPRESSIF_VENDOR_ID, usbProductId, manufacturer, product: chip.name, serialNumber: "0" };
}
