import { checkBytes } from "../core/check/bytes.ts";
import { type Check, either, invalidArgument, optional, orNull } from "../core/check/check.ts";
import { checkBaudRate, checkFinite, checkMilliseconds, checkWord, wholeNumber } from "../core/check/numbers.ts";
import { type Shape, shape } from "../core/check/shapes.ts";
import { checkBoolean, checkFunction, checkText, iterableOf, listOf } from "../core/check/values.ts";
import { oneOf } from "../core/check/words.ts";
import type { Clock } from "../core/clock.ts";
import { checkClock } from "../core/port/check-port.ts";
import type { PortInfo } from "../core/port/port.ts";
import type { AdapterOptions, LongLimit } from "./board/adapter.ts";
import { USB_KINDS, type UsbKind, WIRINGS, type Wiring } from "./board/board.ts";
import { IMPROV_STARTS, type ImprovStart } from "./board/improv-firmware.ts";
import { CIRCUITS, type Circuit } from "./board/lines.ts";
import type { PersonOptions } from "./board/person.ts";
import type { NandFlashOptions } from "./flash/nand-flash.ts";
import type { NorFlashOptions } from "./flash/nor-flash.ts";
import type { SiliconOptions } from "./silicon/silicon.ts";
import { DEFAULT_TIMING, type TimingModel } from "./time/timing.ts";

const checkByte = wholeNumber(0, 0xff);
type Triple = readonly [number, number, number];
const checkTriple: Check<Triple> = (value, argument) => {
  const [first, second, third, ...rest] = listOf(checkByte)(value, argument);
  if (first !== undefined && second !== undefined && third !== undefined && rest.length === 0)
    return [first, second, third];
  throw invalidArgument(argument, value, "an array of three bytes");
};
type Pair = readonly [number, number];
const checkPair: Check<Pair> = (value, argument) => {
  // Values may be given with a sign, as bit operations make them.
  const [address, word, ...rest] = listOf(wholeNumber(-0x8000_0000, 0xffff_ffff))(value, argument);
  if (address !== undefined && word !== undefined && rest.length === 0) return [address, word];
  throw invalidArgument(argument, value, "a pair of an address and a word");
};
const checkWords = iterableOf(checkPair);

const checkMac: Check<Uint8Array<ArrayBuffer>> = (value, argument) => {
  const mac = checkBytes(value, argument);
  if (mac.length === 6) return mac;
  throw invalidArgument(argument, value, "six bytes");
};

/** Which numbers a chip can have is said by the chip: `virtual.invalid-option`. */
const checkSilicon: Check<SiliconOptions> = shape<SiliconOptions>({
  mac: optional(checkMac),
  revision: optional(
    shape<{ readonly major: number; readonly minor: number }>({ major: checkFinite, minor: checkFinite }),
  ),
  package: optional(checkFinite),
  flashEncryption: optional(checkBoolean),
  secureBoot: optional(checkBoolean),
  manualEncryptDisabled: optional(checkBoolean),
  keyPurposes: optional(listOf(checkByte)),
  secureDownload: optional(checkBoolean),
  securityFlags: optional(checkWord),
  apiVersion: optional(checkWord),
  crystalMhz: optional(checkFinite),
  flashPins: optional(checkWord),
  flash: optional(
    shape<Given<NorFlashOptions>>({
      sizeBytes: optional(checkFinite),
      jedecId: optional(checkTriple),
      sfdp: optional(orNull(checkBytes)),
      uniqueId: optional(checkBytes),
      status: optional(checkTriple),
    }),
  ),
  nand: optional(
    shape<NandFlashOptions>({
      badBlocks: optional(listOf(wholeNumber(0))),
      manufacturer: optional(checkByte),
      device: optional(checkWord),
      pins: optional(orNull(checkWord)),
      protection: optional(checkByte),
    }),
  ),
  efuses: optional(checkWords),
  registers: optional(checkWords),
});

/** As a caller gives it: any part of it. */
type Given<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

const checkTiming: Check<Given<TimingModel>> = shape<Given<TimingModel>>(
  Object.fromEntries(Object.keys(DEFAULT_TIMING).map((name) => [name, optional(checkFinite)])) as Shape<
    Given<TimingModel>
  >,
);

const checkInfo: Check<Given<PortInfo>> = shape<Given<PortInfo>>({
  path: optional(checkText),
  usbVendorId: optional(checkWord),
  usbProductId: optional(checkWord),
  serialNumber: optional(checkText),
  manufacturer: optional(checkText),
  product: optional(checkText),
  network: optional(oneOf<"tcp" | "rfc2217">(["tcp", "rfc2217"])),
  location: optional(checkText),
});

const checkLongLimit: Check<LongLimit> = shape<LongLimit>({ baudRate: checkBaudRate, bytes: wholeNumber(1) });

const checkAdapter: Check<AdapterOptions> = shape<AdapterOptions>({
  maximumBaud: optional(checkBaudRate),
  maximumBaudToChip: optional(checkBaudRate),
  maximumBaudToHost: optional(checkBaudRate),
  refusesAbove: optional(checkBaudRate),
  garblesLong: optional(checkLongLimit),
  losesInBursts: optional(checkLongLimit),
  brownsOutAbove: optional(checkBaudRate),
});

type Contents = NonNullable<VirtualChipOptions["contents"]>;

export const checkVirtualOptions: Check<VirtualChipOptions> = shape<VirtualChipOptions>({
  silicon: optional(checkSilicon),
  contents: optional(listOf(shape<Contents[number]>({ address: checkWord, bytes: checkBytes }))),
  clock: optional(either(oneOf<"virtual" | "real">(["virtual", "real"]), checkClock, "'virtual', 'real', or a clock")),
  usb: optional(oneOf(USB_KINDS)),
  circuit: optional(oneOf(CIRCUITS)),
  wiring: optional(oneOf(WIRINGS)),
  boot: optional(oneOf(["flash", "download", "held"])),
  timing: optional(checkTiming),
  lines: optional(checkBoolean),
  atomicLines: optional(checkBoolean),
  appText: optional(checkText),
  appBaudRate: optional(checkBaudRate),
  appEveryMs: optional(checkMilliseconds),
  improv: optional(oneOf(IMPROV_STARTS)),
  reenumerates: optional(checkBoolean),
  anyBaud: optional(checkBoolean),
  adapter: optional(checkAdapter),
  bootButtonAfterMs: optional(checkMilliseconds),
  plugsInAfterMs: optional(checkMilliseconds),
  info: optional(checkInfo),
  onOpen: optional(checkFunction),
  onSave: optional(checkFunction),
  onClose: optional(checkFunction),
});

export interface VirtualChipOptions extends PersonOptions {
  /** What makes this individual: MAC, revision, eFuses, flash chip, crystal. */
  readonly silicon?: SiliconOptions | undefined;
  /** Flash contents from the start. */
  readonly contents?: readonly { readonly address: number; readonly bytes: Uint8Array<ArrayBuffer> }[] | undefined;
  /** Default: a clock of its own that jumps over every wait. Chips that share a clock live in one time. */
  readonly clock?: "virtual" | "real" | Clock | undefined;
  /** How it is connected; default: by an adapter at its UART. */
  readonly usb?: UsbKind | undefined;
  /** Between the adapter's lines and the chip's pins; default `auto`. No matter with the chip's own USB. */
  readonly circuit?: Circuit | undefined;
  readonly wiring?: Wiring | undefined;
  /**
   * How the chip was started before anybody looked: from flash, or in download mode because somebody held the boot
   * button; `held`: they still do.
   */
  readonly boot?: "flash" | "download" | "held" | undefined;
  readonly timing?: { readonly [Key in keyof TimingModel]?: TimingModel[Key] | undefined } | undefined;
  /** False: the port cannot be given DTR and RTS, like a socket. */
  readonly lines?: boolean | undefined;
  /** False: the port changes one line after the other. */
  readonly atomicLines?: boolean | undefined;
  /**
   * What the application prints when it starts and then every `appEveryMs` (default 1000) while the port is open. When
   * it is given, there is an application: without one in `contents`, the smallest possible image is put into flash.
   */
  readonly appText?: string | undefined;
  readonly appBaudRate?: number | undefined;
  readonly appEveryMs?: number | undefined;
  /**
   * The application speaks Improv: it waits for a Wi-Fi, or has one. It joins the networks that it tells of, with a password of
   * eight bytes or more where they want one.
   */
  readonly improv?: ImprovStart | undefined;
  /** Whether a reset takes the chip's own USB off the bus; default: with USB-OTG only. */
  readonly reenumerates?: boolean | undefined;
  /** Overrides parts of what the port says of itself. */
  readonly info?: { readonly [Key in keyof PortInfo]?: PortInfo[Key] | undefined } | undefined;
  /**
   * The adapter has whatever rate the chip has, so that nobody who forgets to change it, or cannot, is not understood.
   * Default false.
   */
  readonly anyBaud?: boolean | undefined;
  /** What the adapter does not do as it should; with the chip's own USB there is none. */
  readonly adapter?: AdapterOptions | undefined;
  /** Called before the port is opened; what it throws keeps it closed. */
  readonly onOpen?: (() => Promise<void>) | undefined;
  /** What the port's `save` does; for programs that keep a port open over several clients. */
  readonly onSave?: (() => Promise<void>) | undefined;
  /** Called when a port that was open is closed, before `close` resolves. */
  readonly onClose?: (() => Promise<void>) | undefined;
}
