// Shelf: virtual chips named in text: `virtual:esp32c3?option=value`, and state in a file.
// In: a text, the bytes of a file.
// Out: a virtual chip; the bytes to save.

import { fromHex } from "../../core/bytes/hex.ts";
import { didYouMean } from "../../core/check/closest-name.ts";
import { EspError } from "../../core/errors.ts";
import type { AdapterOptions, LongLimit } from "../board/adapter.ts";
import { USB_KINDS, WIRINGS } from "../board/board.ts";
import { IMPROV_STARTS } from "../board/improv-firmware.ts";
import { CIRCUITS } from "../board/lines.ts";
import type { VirtualChipOptions } from "../check-options.ts";
import type { FaultControls } from "../fault/faults.ts";
import type { SiliconOptions } from "../silicon/silicon.ts";
import { CRASH_TEXTS } from "./crash-texts.ts";
import { FAULT_TEXTS, parseFaults } from "./fault-text.ts";

/** What the keys of a text ask for. */
export interface TextOptions {
  readonly chip: VirtualChipOptions;
  readonly silicon: SiliconOptions;
  /** Where the chip's state is kept between runs. */
  readonly file?: string | undefined;
  readonly applyFaults?: ((faults: FaultControls) => void) | undefined;
}

/** One key of `virtual:CHIP,key=value`: for parsing, for help, and for errors. */
export interface TextOptionDeclaration {
  readonly key: string;
  /** The form of the value, as help shows it. */
  readonly value: string;
  readonly text: string;
  /** What the value asks for; null when it has another form. */
  readonly parse: (value: string) => TextOptionsPart | null;
}

/** What one key contributes. */
export type TextOptionsPart = { readonly [K in keyof TextOptions]?: TextOptions[K] };

/** A panic is printed once a start. */
const HOUR_MS = 3_600_000;

/** Every key, in the order in which help lists them. */
export const TEXT_OPTIONS: readonly TextOptionDeclaration[] = [
  {
    key: "flash",
    value: "SIZE",
    text: "size of the flash chip, such as 512KB, 4MB or 16MB",
    parse: (value) => {
      const sizeBytes = parseSize(value);
      return sizeBytes === null ? null : { silicon: { flash: flashOfSize(sizeBytes) } };
    },
  },
  {
    key: "jedec",
    value: "HEX",
    text: "the three id bytes of the flash chip, such as ef4016",
    parse: (value) => {
      const [vendor, type, capacity, ...more] = fromHex(value) ?? [];
      if (vendor === undefined || type === undefined || capacity === undefined || more.length > 0) return null;
      return { silicon: { flash: { jedecId: [vendor, type, capacity] } } };
    },
  },
  choice("nand", ["w25n01gv"], "there is a NAND flash chip besides", () => ({ silicon: { nand: {} } })),
  {
    key: "bad-blocks",
    value: "BLOCK[;BLOCK...]",
    text: "blocks of the NAND flash that left the factory bad",
    parse: (value) => {
      if (!/^\d{1,4}([;+]\d{1,4})*$/.test(value)) return null;
      return { silicon: { nand: { badBlocks: value.split(/[;+]/).map(Number) } } };
    },
  },
  {
    key: "mac",
    value: "aa:bb:cc:dd:ee:ff",
    text: "base MAC address",
    parse: (value) => {
      const mac = fromHex(value.replace(/[:-]/g, ""));
      return mac?.length === 6 ? { silicon: { mac } } : null;
    },
  },
  {
    key: "rev",
    value: "MAJOR.MINOR",
    text: "chip revision",
    parse: (value) => {
      const match = /^v?(\d+)(?:\.(\d+))?$/.exec(value);
      return match === null
        ? null
        : { silicon: { revision: { major: Number(match[1]), minor: Number(match[2] ?? 0) } } };
    },
  },
  {
    key: "package",
    value: "NUMBER",
    text: "package code in the eFuses",
    parse: (value) => whole(value, (code) => ({ silicon: { package: code } })),
  },
  {
    key: "crystal",
    value: "MHZ",
    text: "frequency of the crystal: 26, 32, 40 or 48",
    parse: (value) => (/^(26|32|40|48)$/.test(value) ? { silicon: { crystalMhz: Number(value) } } : null),
  },
  flag("secure-download", "Secure Download Mode is on", (secureDownload) => ({ silicon: { secureDownload } })),
  flag("secure-boot", "secure boot is on", (secureBoot) => ({ silicon: { secureBoot } })),
  flag("flash-encryption", "flash encryption is on", (flashEncryption) => ({ silicon: { flashEncryption } })),
  choice("usb", USB_KINDS, "how the chip is connected", (usb) => ({ chip: { usb } })),
  choice("circuit", CIRCUITS, "what DTR and RTS reach", (circuit) => ({ chip: { circuit } })),
  choice("wiring", WIRINGS, "whether TX and RX are connected", (wiring) => ({ chip: { wiring } })),
  choice(
    "boot",
    ["flash", "download", "held"],
    "how the chip was started; held: the boot button stays pressed",
    (boot) => ({
      chip: { boot },
    }),
  ),
  {
    key: "boot-button",
    value: "MS",
    text: "somebody holds BOOT and taps RESET so long after the beginning",
    parse: (value) => whole(value, (bootButtonAfterMs) => ({ chip: { bootButtonAfterMs } })),
  },
  {
    key: "appears-after",
    value: "MS",
    text: "the board is plugged in so long after the beginning",
    parse: (value) => whole(value, (plugsInAfterMs) => ({ chip: { plugsInAfterMs } })),
  },
  flag("lines", "the port has DTR and RTS", (lines) => ({ chip: { lines } })),
  flag("any-baud", "the adapter has whatever baud rate the chip has", (anyBaud) => ({ chip: { anyBaud } })),
  flag("atomic-lines", "DTR and RTS change at the same moment", (atomicLines) => ({ chip: { atomicLines } })),
  {
    key: "latency",
    value: "MS",
    text: "latency of the USB adapter in milliseconds",
    parse: (value) => {
      if (!/^\d+(\.\d+)?$/.test(value)) return null;
      return { chip: { timing: { adapterLatencyMs: Number(value), usbLatencyMs: Number(value) } } };
    },
  },
  rate("max-baud", "above this rate the adapter garbles everything", (maximumBaud) => ({ maximumBaud })),
  rate("max-baud-to-chip", "the same, from the host to the chip alone", (maximumBaudToChip) => ({ maximumBaudToChip })),
  rate("max-baud-to-host", "the same, from the chip to the host alone", (maximumBaudToHost) => ({ maximumBaudToHost })),
  rate("refuses-baud", "the adapter's driver refuses rates above this one", (refusesAbove) => ({ refusesAbove })),
  longLimit("garbles", "above the rate, packets of more bytes arrive garbled", (garblesLong) => ({ garblesLong })),
  longLimit("loses", "above the rate, bytes are lost in longer bursts", (losesInBursts) => ({ losesInBursts })),
  rate("brown-out-baud", "the supply breaks down, once, when the chip talks faster", (brownsOutAbove) => ({
    brownsOutAbove,
  })),
  {
    key: "app",
    value: "TEXT",
    text: "there is an application in flash, and this is what it prints every second",
    parse: (value) => ({ chip: { appText: value === "" ? "" : `${value}\r\n` } }),
  },
  {
    key: "crash",
    value: "riscv|stack|xtensa",
    text: "the application crashes when it starts, and prints a panic of this kind; that of riscv is of examples/hello-esp32c3, that of stack, with its stack memory, of examples/crash-esp32c3",
    parse: (value) => {
      const appText = Object.hasOwn(CRASH_TEXTS, value) ? CRASH_TEXTS[value] : undefined;
      return appText === undefined ? null : { chip: { appText, appEveryMs: HOUR_MS } };
    },
  },
  choice(
    "improv",
    IMPROV_STARTS,
    "the application speaks Improv, and waits for a Wi-Fi or has one; the networks it sees are Home, Café ☕ and open net, and it takes any password of 8 bytes",
    (improv) => ({ chip: { improv } }),
  ),
  {
    key: "app-baud",
    value: "RATE",
    text: "the application's baud rate",
    parse: (value) => whole(value, (appBaudRate) => (appBaudRate > 0 ? { chip: { appBaudRate } } : null)),
  },
  {
    key: "file",
    value: "PATH",
    text: "keeps flash and eFuses in this file between runs; what it holds wins over mac and rev",
    parse: (value) => (value === "" ? null : { file: value }),
  },
  flag("realtime", "everything takes as long as on a real chip", (real) => ({
    chip: { clock: real ? "real" : "virtual" },
  })),
  {
    key: "fault",
    value: "FAULT[+FAULT...]",
    text: `something goes wrong: ${FAULT_TEXTS.map(({ name, parameters }) => [name, ...parameters].join(":")).join(", ")}`,
    parse: (value) => ({ applyFaults: parseFaults(value) }),
  },
];

/**
 * What the keys after `virtual:CHIP,` say. In a value `%2C` is a comma and `%25` a percent sign. Throws
 * `virtual.invalid-option`.
 */
export function parseTextOptions(parts: readonly string[]): TextOptions {
  let options: TextOptions = { chip: {}, silicon: {} };
  const seen = new Set<string>();
  for (const part of parts) {
    const equals = part.indexOf("=");
    // A flag may stand alone: `secure-download` is `secure-download=1`.
    const key = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    const value = equals < 0 ? "1" : unescapeValue(part.slice(equals + 1).trim());
    const declaration = TEXT_OPTIONS.find((candidate) => candidate.key === key);
    if (declaration === undefined) throw unknownKey(key);
    if (seen.has(key)) throw new EspError("virtual.invalid-option", `The option '${key}' is given twice.`);
    seen.add(key);
    const contribution = declaration.parse(value);
    if (contribution === null) throw invalidValue(declaration, value);
    options = merge(options, contribution);
  }
  return options;
}

function merge(options: TextOptions, part: TextOptionsPart): TextOptions {
  const flash = { ...options.silicon.flash, ...part.silicon?.flash };
  const nand = { ...options.silicon.nand, ...part.silicon?.nand };
  const hasNand = options.silicon.nand !== undefined || part.silicon?.nand !== undefined;
  const timing = { ...options.chip.timing, ...part.chip?.timing };
  const adapter = { ...options.chip.adapter, ...part.chip?.adapter };
  return {
    ...options,
    ...part,
    silicon: { ...options.silicon, ...part.silicon, flash, ...(hasNand && { nand }) },
    chip: { ...options.chip, ...part.chip, timing, adapter },
  };
}

function unescapeValue(value: string): string {
  return value.replace(/%2c/gi, ",").replace(/%25/g, "%");
}

function unknownKey(key: string): EspError {
  const keys = TEXT_OPTIONS.map((option) => option.key);
  return new EspError("virtual.invalid-option", `A virtual chip has no option '${key}'.`, {
    hint: [didYouMean(key, keys) ?? "", `Choose from ${keys.join(", ")}.`].join(" ").trim(),
    details: { key },
  });
}

function invalidValue({ key, value: form, text }: TextOptionDeclaration, given: string): EspError {
  return new EspError("virtual.invalid-option", `'${given}' is no value for the virtual chip's option '${key}'.`, {
    hint: `Write ${key}=${form} (${text}).`,
    details: { key, given },
  });
}

function flag(key: string, text: string, part: (on: boolean) => TextOptionsPart): TextOptionDeclaration {
  const values: Readonly<Record<string, boolean>> = {
    "1": true,
    true: true,
    yes: true,
    "0": false,
    false: false,
    no: false,
  };
  return {
    key,
    value: "0|1",
    text,
    parse: (value) => {
      const on = values[value.toLowerCase()];
      return on === undefined ? null : part(on);
    },
  };
}

function choice<T extends string>(
  key: string,
  values: readonly T[],
  text: string,
  part: (value: T) => TextOptionsPart,
): TextOptionDeclaration {
  return {
    key,
    value: values.join("|"),
    text,
    parse: (given) => {
      const value = values.find((candidate) => candidate === given.toLowerCase());
      return value === undefined ? null : part(value);
    },
  };
}

function rate(key: string, text: string, part: (baudRate: number) => AdapterOptions): TextOptionDeclaration {
  return {
    key,
    value: "RATE",
    text,
    parse: (value) => whole(value, (baudRate) => (baudRate > 0 ? { chip: { adapter: part(baudRate) } } : null)),
  };
}

function longLimit(key: string, text: string, part: (limit: LongLimit) => AdapterOptions): TextOptionDeclaration {
  return {
    key,
    value: "RATE:BYTES",
    text,
    parse: (value) => {
      const [, baudRate, bytes] = /^([1-9]\d{0,8}):([1-9]\d{0,8})$/.exec(value) ?? [];
      if (baudRate === undefined || bytes === undefined) return null;
      return { chip: { adapter: part({ baudRate: Number(baudRate), bytes: Number(bytes) }) } };
    },
  };
}

function whole(value: string, part: (value: number) => TextOptionsPart | null): TextOptionsPart | null {
  return /^\d{1,9}$/.test(value) ? part(Number(value)) : null;
}

function parseSize(value: string): number | null {
  const match = /^(\d{1,5})(K|M)B?$/i.exec(value);
  return match === null ? null : Number(match[1]) * (match[2]?.toUpperCase() === "M" ? 0x100000 : 0x400);
}

/** A GigaDevice chip: its third id byte is the binary logarithm of its size. */
function flashOfSize(sizeBytes: number): NonNullable<SiliconOptions["flash"]> {
  return { sizeBytes, jedecId: [0xc8, 0x40, Math.round(Math.log2(sizeBytes))] };
}
