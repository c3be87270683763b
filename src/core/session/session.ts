// Room: the handle on one connected chip, and what must be known of it to work with it.
// In: (`connect/` makes it; the other shelves take it.)
// Out: facts, the link, and where each room keeps what it has learnt.

/// <reference lib="esnext.disposable" preserve="true" />

import type { LoaderTraits } from "../chip/loader-traits.ts";
import type { ChipDescriptor, ChipFacts, ChipId, ChipIdentity, ChipMac } from "../chip/types.ts";
import type { AbortSignalLike } from "../errors.ts";
import type { Emit, EventListener } from "../events.ts";
import type { HostMemory } from "../host-memory.ts";
import type { Link } from "../link/link.ts";
import type { TimeoutLimits } from "../wire/command.ts";
import type { SecurityInfo } from "../wire/security-info.ts";

export type UsbMode = "uart" | "serial-jtag" | "otg";
export type BeforeMode = "default-reset" | "usb-reset" | "no-reset" | "no-reset-no-sync";
export type AfterMode = "hard-reset" | "soft-reset" | "no-reset" | "no-reset-stub" | "watchdog-reset";

/** How often something is tried at most. */
export type Attempts = number | "unlimited";

export interface ConnectOptions {
  /** The chip expected; anything else that answers is refused. Default: find out. */
  readonly chip?: ChipId | "auto" | undefined;
  /** What is known of the chips that may answer, as `esptool-ts/chips` has it; that of any other chip is loaded. */
  readonly chips?: readonly ChipDescriptor[] | undefined;
  /**
   * The rate for the transfer; connecting is done at 115200 or below. `auto`, which is the default: for the upload of the
   * stub without plugins, and from then on, up to 921600, where the chip is heard to start at the reset; and when there is much to transfer
   * the highest rate that the line is seen to carry. Only where a reset can bring the chip back from a rate that it cannot
   * be talked to at, and with the stub; elsewhere 115200.
   */
  readonly baudRate?: number | "auto" | undefined;
  /** Default `default-reset`. */
  readonly before?: BeforeMode | undefined;
  /** How the chip is left when connecting fails half-way; later, `disconnect` takes its own. Default `hard-reset`. */
  readonly after?: AfterMode | undefined;
  /** Upload and start the flasher stub. Default true. */
  readonly stub?: boolean | undefined;
  /** Commands to add to the stub: `nand` for NAND flash. */
  readonly plugins?: readonly string[] | undefined;
  /** Rounds of reset and synchronisation; `unlimited`: until it works or the signal fires. Default 7. */
  readonly connectAttempts?: Attempts | undefined;
  /** Between releasing reset and releasing boot; replaces both default variants of 50 and 550 ms. */
  readonly resetDelayMs?: number | undefined;
  /** `D0|R1|W0.1|D1|R0|W0.05|D0`: parsed, never executed. Replaces the built-in sequences. */
  readonly customResetSequence?: string | undefined;
  readonly customHardResetSequence?: string | undefined;
  readonly limits?: { readonly [Name in keyof TimeoutLimits]?: number | undefined } | undefined;
  /**
   * Where it is remembered what worked with this board and adapter: the baud rate, the reset sequence. What it holds is
   * tried first and believed only when it works. Default: nowhere.
   */
  readonly memory?: HostMemory | undefined;
  readonly onEvent?: EventListener | undefined;
  readonly signal?: AbortSignalLike | undefined;
  /** The session's name in events. Default: the path of the port. */
  readonly name?: string | undefined;
  /** Emit `trace` events for all traffic. */
  readonly trace?: boolean | undefined;
}

/** A connected chip: facts, and a handle that the operations take. It holds no behaviour but its end. */
export interface Session {
  /** The name in events. */
  readonly name: string;
  /** Null in Secure Download Mode, where registers cannot be read. */
  readonly identity: ChipIdentity | null;
  readonly mac: ChipMac | null;
  readonly crystalMhz: number | null;
  readonly usbMode: UsbMode;
  /** Null where the ROM has no such command (ESP8266, ESP32). */
  readonly securityInfo: SecurityInfo | null;
  readonly secureDownload: boolean;
  /** `chipById(chip.id)` of `esptool-ts/chips` has all that is known of it. */
  readonly chip: ChipFacts;
  /** What answers: the chip's ROM loader or the flasher stub. */
  readonly loader: "rom" | "stub";
  /** Of the line, now; 0 once the port is closed. */
  readonly baudRate: number;
  /** `disconnect(session)`, for `await using`. */
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** What a session has learnt and need not ask again. */
export interface SessionMemory {
  /** Registers that do not change while the loader runs: eFuse words above all. */
  readonly words: Map<number, number>;
  /** `securityInfo` of the session, as long as nothing has been burned. */
  security: SecurityInfo | null;
  /** Set by the flash room when the flash is attached. */
  flash: unknown;
}

/** What a line has shown at one rate. */
export interface RateRecord {
  readonly baudRate: number;
  /** Both ways, since the rate was set. */
  readonly bytes: number;
  /** Messages that were damaged or lost. */
  readonly troubles: number;
}

/** What the line has shown, while its rate is ours to choose. */
export interface SeenOfLine {
  /** Bytes that had gone over the link when the present rate was set. */
  readonly sinceBytes: number;
  /** Messages that were damaged or lost since then. */
  troubles: number;
  /** The higher rate that was left for the present one. */
  readonly left: RateRecord | null;
  /** Faults come at any rate: it was lowered in vain. */
  readonly isNoise: boolean;
}

/** How the baud rate is chosen, and what has been seen of the line. */
export interface LineRate {
  /** No rate above it is tried. Null: the rate is the caller's choice, or cannot be changed; it stays. */
  ceiling: number | null;
  /** The climb is over; from here the rate can only go down, and back where that was of no use. */
  climbed: boolean;
  /** What the line has shown since the present rate was set. */
  seen: SeenOfLine;
  /** Connects anew, from the reset on, at this rate: the way back from a rate at which nothing is understood. The link is closed. */
  readonly connectAgain: (session: LiveSession, at: { readonly baudRate: number }, emit: Emit) => Promise<void>;
}

interface LiveFacts extends Omit<Session, "chip" | "loader" | "baudRate" | typeof Symbol.asyncDispose> {
  readonly chip: ChipDescriptor;
  readonly link: Link;
  readonly traits: LoaderTraits;
  readonly limits: TimeoutLimits;
  readonly emit: Emit;
  readonly memory: SessionMemory;
  readonly rate: LineRate;
  readonly customHardResetSequence: string | undefined;
  /** How the connection was asked for, so that a lost one can be restored. */
  readonly connecting: ConnectOptions;
}

export interface RomSession extends LiveFacts {
  readonly loader: "rom";
}

export interface StubSession extends LiveFacts {
  readonly loader: "stub";
  /** What was added to it when it was started; absent when it ran already, with whatever it has. */
  readonly plugins?: readonly string[] | undefined;
}

/** What the rooms hold of a session; its user has a `Session`, which `checkSession` leads here from. */
export type LiveSession = RomSession | StubSession;

export const BEFORE_MODES: readonly BeforeMode[] = ["default-reset", "usb-reset", "no-reset", "no-reset-no-sync"];

export const AFTER_MODES: readonly AfterMode[] = [
  "hard-reset",
  "soft-reset",
  "no-reset",
  "no-reset-stub",
  "watchdog-reset",
];
