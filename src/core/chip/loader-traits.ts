import type { Check } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { checkBoolean } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { checkDescriptor } from "./check-chip.ts";
import type { ChipDescriptor } from "./types.ts";

export type LoaderKind = "rom" | "stub";

/**
 * What the program that answers on the chip can do. Code asks these by name; it never asks which chip it is talking to
 * or whether a stub runs. Facts: fact sheet 3.4, 3.5, 3.8 to 3.16.
 */
export interface LoaderTraits {
  readonly kind: LoaderKind;
  /** Bytes of status at the end of a reply. */
  readonly statusLength: 2 | 4;
  /** Largest block of FLASH_DATA and FLASH_DEFL_DATA, in bytes. */
  readonly flashBlockSize: number;
  /** Largest block of MEM_DATA, in bytes. */
  readonly ramBlockSize: number;
  /** FLASH_DEFL_* exist, and a locked chip does not refuse them. */
  readonly canCompress: boolean;
  /** Whether a write is compressed when nobody says how. */
  readonly compressByDefault: boolean;
  /** How SPI_FLASH_MD5 answers: 16 bytes, 32 hexadecimal digits, or not at all. */
  readonly md5Reply: "raw" | "hex" | null;
  /** The BEGIN commands take the fifth word. */
  readonly sendsEncryptedWord: boolean;
  /** BEGIN answers only after the whole region is erased, which takes long. */
  readonly erasesOnBegin: boolean;
  /** A block is acknowledged before it is in flash: its failure shows in the answer to the next command. */
  readonly acksBeforeWrite: boolean;
  /** FLASH_END or FLASH_DEFL_END proves the last block and must be sent; the ROM would leave the loader on it. */
  readonly needsFinish: boolean;
  /** Writes must start at a multiple of this, in bytes. */
  readonly writeAlignment: 1 | 4096;
  /** FLASH_BEGIN miscounts the sectors to erase: send the corrected size. */
  readonly eraseSizeBug: boolean;
  /** ERASE_FLASH exists. */
  readonly canEraseFlash: boolean;
  /** A region is erased by ERASE_REGION, by a FLASH_BEGIN without data, or not at all. */
  readonly canEraseRegion: "command" | "begin" | null;
  /** READ_FLASH exists. */
  readonly canReadFast: boolean;
  /** READ_FLASH_SLOW exists and is allowed. */
  readonly canReadSlow: boolean;
  /** CHANGE_BAUDRATE exists and does what it should. */
  readonly canChangeBaud: boolean;
  /** Second word of CHANGE_BAUDRATE: the rate in use, or 0. */
  readonly baudSecondWord: "current" | "zero";
  /**
   * How flash is attached: SPI_ATTACH with 4 bytes (the stub), with 8 bytes (ROMs), by an empty FLASH_BEGIN (ESP8266
   * ROM), or by nothing, because the stub did it and no other pins can be chosen.
   */
  readonly attach: "none" | "spi-attach-word" | "spi-attach-rom" | "flash-begin";
  /** Flash must be attached even when no pins were chosen; the stub has done so when it starts. */
  readonly attachesByDefault: boolean;
  /** SPI_SET_PARAMS exists. */
  readonly hasSetParams: boolean;
  /** READ_REG and WRITE_REG are allowed. */
  readonly canReadRegisters: boolean;
  /** The loader encrypts what it writes when it is asked to. */
  readonly canEncryptedWrite: boolean;
  /** The uncompressed size in FLASH_DEFL_BEGIN must be rounded up to 0x400. */
  readonly roundsDeflateSize: boolean;
}

export interface LoaderCircumstances {
  /** The port is the chip's own USB-OTG, whose buffers are small. */
  readonly usbOtg: boolean;
  /** The chip is locked to a few commands. */
  readonly secureDownload: boolean;
}

const RAM_BLOCK_SIZE = 0x1800;
const ROM_FLASH_BLOCK_SIZE = 0x400;
const STUB_FLASH_BLOCK_SIZE = 0x4000;

const checkCircumstances: Check<LoaderCircumstances> = shape<LoaderCircumstances>({
  usbOtg: checkBoolean,
  secureDownload: checkBoolean,
});

/**
 * The traits of a loader on a chip.
 * @example loaderTraits(chip, "stub", { usbOtg: false, secureDownload: false }).flashBlockSize // 0x4000
 */
export function loaderTraits(chip: ChipDescriptor, kind: LoaderKind, options: LoaderCircumstances): LoaderTraits {
  checkDescriptor(chip, "chip");
  oneOf(["rom", "stub"])(kind, "kind");
  return traitsOf(chip, kind, checkCircumstances(options, "options"));
}

/** `loaderTraits` of what is known to be such. */
export function traitsOf(
  chip: ChipDescriptor,
  kind: LoaderKind,
  { usbOtg, secureDownload }: LoaderCircumstances,
): LoaderTraits {
  const { rom, encryptedWriteAlignment } = chip;
  const isStub = kind === "stub";
  const otgBlockSize = usbOtg ? chip.usb.otgBlockSize : null;
  const sendsEncryptedWord = isStub || rom.hasEncryptedWord;
  /** Of a ROM that writes flash, what a locked one refuses. */
  const unlessLocked = rom.hasFlashCommands && !secureDownload;
  return {
    kind,
    statusLength: isStub ? 2 : rom.statusLength,
    flashBlockSize: isStub ? (otgBlockSize ?? STUB_FLASH_BLOCK_SIZE) : ROM_FLASH_BLOCK_SIZE,
    ramBlockSize: otgBlockSize ?? RAM_BLOCK_SIZE,
    canCompress: isStub || unlessLocked,
    compressByDefault: isStub,
    md5Reply: isStub ? (secureDownload ? null : "raw") : unlessLocked ? "hex" : null,
    sendsEncryptedWord,
    erasesOnBegin: !isStub,
    acksBeforeWrite: isStub,
    needsFinish: isStub,
    writeAlignment: isStub ? 1 : 4096,
    eraseSizeBug: !isStub && rom.eraseSizeBug,
    canEraseFlash: isStub,
    canEraseRegion: isStub ? "command" : rom.hasFlashCommands ? "begin" : null,
    canReadFast: isStub,
    canReadSlow: !isStub && unlessLocked,
    canChangeBaud: isStub || (rom.canChangeBaud && !(secureDownload && chip.keepsBaudInSecureDownload)),
    baudSecondWord: isStub ? "current" : "zero",
    attach: isStub
      ? chip.spiPins === null
        ? "none"
        : "spi-attach-word"
      : rom.hasFlashCommands
        ? "spi-attach-rom"
        : "flash-begin",
    attachesByDefault: !isStub,
    hasSetParams: isStub || rom.hasFlashCommands,
    canReadRegisters: !secureDownload,
    canEncryptedWrite: sendsEncryptedWord && encryptedWriteAlignment !== null,
    roundsDeflateSize: !isStub && rom.hasFlashCommands,
  };
}
