/**
 * The shape of one chip: flat, complete, no inheritance. Numbers are taken from the reference's chip tables and are
 * compared with them, field by field, in `catalog.test.ts`. What is not data is one of the few hooks at the end.
 */

/** The 15 chips, in the order in which help and error texts list them. */
export type ChipId =
  | "esp8266"
  | "esp32"
  | "esp32s2"
  | "esp32s3"
  | "esp32c3"
  | "esp32c2"
  | "esp32c6"
  | "esp32c61"
  | "esp32c5"
  | "esp32e22"
  | "esp32h2"
  | "esp32h21"
  | "esp32p4"
  | "esp32h4"
  | "esp32s31";

/** Of the main cores (the technical reference manuals, "Processor"). */
export type InstructionSet = "xtensa" | "riscv";

/** A half-open range of addresses: `start` belongs to it, `end` does not. */
export interface AddressWindow {
  readonly start: number;
  readonly end: number;
}

export interface MemoryRegion extends AddressWindow {
  /** The linker's name of the memory, e.g. `IRAM`. Regions may overlap; the order of the list matters to image-info. */
  readonly name: string;
}

/** One or more bits of one register: `(register >> shift) & mask`. */
export interface RegisterField {
  readonly register: number;
  readonly shift: number;
  /** Applied after the shift. */
  readonly mask: number;
}

/** The SPI peripheral that drives the flash; offsets are relative to `base`. */
export interface SpiController {
  readonly base: number;
  readonly usr: number;
  readonly usr1: number;
  readonly usr2: number;
  /** Absent on the ESP8266, which keeps both lengths in USR1. */
  readonly mosiLength: number | null;
  readonly misoLength: number | null;
  readonly w0: number;
  /** True where the address register is shifted out from its top bit (ESP8266, ESP32). */
  readonly addressLeftAligned: boolean;
}

/** RTC watchdog (and, where there is one, the super watchdog) as the loader must silence it. */
export interface WatchdogRegisters {
  readonly config0: number;
  readonly config1: number;
  readonly writeProtect: number;
  readonly key: number;
  readonly superWatchdog: {
    readonly config: number;
    readonly writeProtect: number;
    readonly key: number;
    /** The auto-feed bit, as a mask. */
    readonly autoFeed: number;
  } | null;
  /** Whether starting the watchdog is a usable way of resetting this chip. */
  readonly canReset: boolean;
}

/** How a hard reset is done where toggling RTS is not enough. Checked in this order by the session. */
export interface HardResetFacts {
  /** Over USB-OTG the straps are not sampled again by an RTS reset: use the watchdog instead, under this condition. */
  readonly otgWatchdog: "never" | "always" | "when-strapped-for-download";
  /** Register and mask (`GPIO_STRAP` bit for SPI boot, `OPTION1` bit for forced download) for the condition above. */
  readonly strap: { readonly register: number; readonly spiBootMask: number } | null;
  readonly forceDownload: { readonly register: number; readonly mask: number } | null;
  /** Clear the force-download bit before every reset (errors are of no interest: a locked chip refuses the write). */
  readonly clearForceDownload: boolean;
  /** On which USB link the slower RTS timing is needed. */
  readonly slowTimingOn: "none" | "otg" | "serial-jtag";
}

export interface UsbFacts {
  /** The chip has the built-in USB-Serial/JTAG converter (USB 303A:1001). */
  readonly serialJtag: boolean;
  /** USB product id of the ROM's USB-OTG console (vendor 303A), or null where there is none. */
  readonly otgProductId: number | null;
  /** Largest RAM and flash block over USB-OTG; null without OTG. */
  readonly otgBlockSize: number | null;
}

/** eFuse fields that decide whether flash may be written or erased. */
export interface SecurityFuses {
  readonly manualEncryptDisabled: RegisterField | null;
  /** Flash encryption is on when an odd number of these bits is set. */
  readonly cryptCount: RegisterField | null;
  /** The chip has Secure Boot V1 in this field (ESP32 only). */
  readonly secureBootV1: RegisterField | null;
  /** `sinceRevision`: the field counts only from this chip revision on (ESP32: 300). */
  readonly secureBootV2: (RegisterField & { readonly sinceRevision: number }) | null;
  /** Flash encryption takes its key from the key manager. */
  readonly keyManager: RegisterField | null;
  /** ESP32's FLASH_CRYPT_CONFIG: the field and the eFuse bit that read-protects it. */
  readonly cryptConfig: { readonly field: RegisterField; readonly readProtect: RegisterField } | null;
  readonly keyPurposeFields: readonly RegisterField[];
  /** Purpose code to name; empty where the chip has no table. */
  readonly keyPurposes: Readonly<Record<number, string>>;
  /**
   * How the chip shows that a flash encryption key is burned. `keyWords` are the register addresses of the key: where
   * the key can be read, one of them is not 0 (with a 128-bit key the first four count).
   */
  readonly encryptionKey:
    | { readonly kind: "none" }
    | { readonly kind: "esp32"; readonly readProtect: RegisterField; readonly keyWords: readonly number[] }
    | {
        readonly kind: "esp32c2";
        readonly length256: RegisterField;
        readonly readDisable: RegisterField;
        readonly keyWords: readonly number[];
      }
    | {
        readonly kind: "purpose";
        readonly aes128: readonly number[];
        readonly aes256Pair: readonly [number, number] | null;
      };
}

/** What the ROM loader of a chip can do and how it answers. The stub is the same everywhere. */
export interface RomFacts {
  /** Bytes of status after the reply's data: 2 on the ESP8266, 4 elsewhere. */
  readonly statusLength: 2 | 4;
  readonly hasSecurityInfo: boolean;
  /** Bytes of the security info reply: 20, on the ESP32-S2 12. */
  readonly securityInfoLength: 0 | 12 | 20;
  readonly canChangeBaud: boolean;
  /** SPI_ATTACH, SPI_SET_PARAMS, READ_FLASH_SLOW, FLASH_DEFL_* and SPI_FLASH_MD5 exist (all but the ESP8266). */
  readonly hasFlashCommands: boolean;
  /** The BEGIN commands take a fifth word "encrypted" (all but ESP8266 and ESP32). */
  readonly hasEncryptedWord: boolean;
  /** FLASH_BEGIN miscounts the sectors to erase (ESP8266); the host must send a corrected size. */
  readonly eraseSizeBug: boolean;
  /** Command words of the ESP32's flash pads in eFuse are passed to SPI_ATTACH (ESP32 only). */
  readonly spiPadsInEfuse: boolean;
  readonly hasSecureDownloadMode: boolean;
}

/** The eFuse words a chip identifies itself by, already read: `word(register)` gives the value. */
export type RegisterWords = (register: number) => number;

export interface ChipIdentity {
  /** major x 100 + minor; 0 for the ESP8266. */
  readonly revision: number;
  readonly majorRevision: number;
  readonly minorRevision: number;
  readonly packageVersion: number;
  /** As printed after `Chip type:`, e.g. `ESP32-C3 (QFN32) (revision v0.3)`. */
  readonly description: string;
  readonly features: readonly string[];
}

/** Six bytes, and for 802.15.4 chips the two extension bytes between them. */
export interface ChipMac {
  readonly base: Uint8Array<ArrayBuffer>;
  /** The two bytes `MAC_EXT`, or null on chips without an EUI-64. */
  readonly extension: Uint8Array<ArrayBuffer> | null;
}

/** One register access of a recipe that runs after connecting (watchdogs, flash power). */
export type RegisterStep =
  | { readonly do: "write"; readonly register: number; readonly value: number }
  /** Read, clear the bits of `clear`, set those of `set`, write. */
  | { readonly do: "modify"; readonly register: number; readonly clear: number; readonly set: number }
  | { readonly do: "wait"; readonly microseconds: number };

/**
 * Internal SRAM that the processor sees at two addresses, one for instructions and one for data (technical reference
 * manuals, chapter "System and Memory").
 */
export interface RamAlias {
  readonly instruction: AddressWindow;
  /** Data address of the same memory's lowest word. */
  readonly dataStart: number;
  /** The words run backwards on the instruction bus (ESP32). */
  readonly reversed: boolean;
}

/** What everybody may want to know of a chip. */
export interface ChipFacts {
  readonly id: ChipId;
  /** As printed: `ESP32-C3`. */
  readonly name: string;
  readonly instructionSet: InstructionSet;
  /** In image headers and in the security info; null for the ESP8266. */
  readonly imageChipId: number | null;
  readonly bootloaderOffset: number;
  /** Null where the chip has no family id of its own (ESP32-E22). */
  readonly uf2FamilyId: number | null;
  /** Flash size name to header nibble, already shifted to the high half of the byte. */
  readonly flashSizes: Readonly<Record<string, number>>;
  /** Frequency name to header nibble (low half). */
  readonly flashFrequencies: Readonly<Record<string, number>>;
  /** Bytes an encrypted write must be aligned to; null where the loader cannot encrypt (ESP8266). */
  readonly encryptedWriteAlignment: number | null;
  /** In bytes. One entry: the size is fixed. */
  readonly mmuPageSizes: readonly number[];
  /**
   * GPIO that is pulled low for download mode, as a person knows it (`GPIO9`), and the second strap with the level it
   * must have (`GPIO8 high`). Null where no data sheet names them yet.
   */
  readonly bootStrap: { readonly gpio: string; readonly second: string | null } | null;
}

export interface ChipDescriptor extends ChipFacts {
  /** Word at `magicRegister` of chips that are told apart by it (ESP8266, ESP32, ESP32-S2); else null. */
  readonly magicValue: number | null;
  readonly magicRegister: number;
  /** Which part of the chip's revision the old `min_rev` byte of image headers is compared with (ESP32-C3: minor). */
  readonly legacyMinimumRevision: "major" | "minor";
  /** Stub file for revisions from `fromRevision` up, highest first; empty: no stub exists for the chip. */
  readonly stubs: readonly { readonly name: string; readonly fromRevision: number }[];
  /**
   * What secure boot means for the stub: started as usual; refused; or, on the ESP32-S3, entered through the pointer
   * in RAM by which the ROM reads flash (fact sheet 3.8).
   */
  readonly stubUnderSecureBoot:
    | { readonly kind: "start" }
    | { readonly kind: "refuse" }
    | { readonly kind: "through-flash-read"; readonly pointer: number };
  /** With the stub running, flash beyond 16 MiB can be addressed; without it no chip can. */
  readonly stubBeyond16MiB: boolean;
  readonly spi: SpiController;
  readonly uart: { readonly clockDivider: number | null; readonly clockDividerMask: number; readonly date: number };
  /** `measured`: host baud x divider register / 1e6 / `divider`, rounded to 26, 40 or 48 MHz. */
  readonly crystal:
    | { readonly kind: "fixed"; readonly mhz: number }
    | { readonly kind: "measured"; readonly divider: number };
  readonly usb: UsbFacts;
  readonly watchdogs: WatchdogRegisters | null;
  readonly hardReset: HardResetFacts;
  readonly rom: RomFacts;
  /** First register of the eFuse controller; null on the ESP8266, whose OTP words have none. */
  readonly efuseBase: number | null;
  /** First word of eFuse BLOCK0 as read; on all but the ESP32 the one after the write-disable bits. */
  readonly efuseBlock0: number | null;
  /** First words of the blocks that hold MAC, revision, package and calibration. */
  readonly efuseBlock1: number | null;
  readonly efuseBlock2: number | null;
  readonly security: SecurityFuses;
  readonly memoryMap: readonly MemoryRegion[];
  /** Null where RAM has one address only. */
  readonly ramAlias: RamAlias | null;
  readonly iromWindow: AddressWindow;
  readonly dromWindow: AddressWindow | null;
  /** Pins `--spi-connection` may name: inclusive ranges; `warned` double as USB. Null: not supported (ESP8266). */
  readonly spiPins: {
    readonly allowed: readonly (readonly [number, number])[];
    readonly highestHd: number | null;
    readonly warned: readonly number[];
  } | null;
  /** Bits that tell how the flash is wired, S2 and S3: 1 = octal. */
  readonly flashType: RegisterField | null;
  /** Where the flash supply voltage can be read. */
  readonly flashVoltage: {
    /** RTC_CNTL override (ESP32). */
    readonly rtc: {
      readonly register: number;
      readonly force: number;
      readonly drefHigh: number;
      readonly drefMiddle: number;
      readonly drefLow: number;
      readonly xpd: number;
      readonly pdEnable: number;
    } | null;
    readonly efuse: { readonly register: number; readonly force: number; readonly xpd: number; readonly tieh: number };
    readonly strap: { readonly register: number; readonly mask: number };
  } | null;

  /** Every register that `identify`, `mac` and `chipNumber` look at; each is read once per session. */
  readonly identityRegisters: readonly number[];
  /** Pure: from the words above to what the chip is. */
  readonly identify: (word: RegisterWords) => ChipIdentity;
  /** Pure. Throws `EspError` `chip.unknown-oui` when an ESP8266 carries no known vendor prefix. */
  readonly mac: (word: RegisterWords) => ChipMac;
  /** Pure: the number `chip-id` prints, or null where a chip has none but its MAC (all but the ESP8266). */
  readonly chipNumber: ((word: RegisterWords) => number) | null;
  /** Pure: true for silicon on which the stub must not be used (ESP32-C2 revision 0). */
  readonly stubDisabled: (identity: ChipIdentity) => boolean;
  /**
   * Pure: the rate to put into CHANGE_BAUDRATE when the ROM miscounts its crystal, or null when the rate is sent as
   * it is. `registers` are read first.
   */
  readonly romBaud: {
    readonly registers: readonly number[];
    readonly compute: (rate: number, crystalMhz: number, word: RegisterWords) => number;
  } | null;
  /** The baud rate must not be changed in Secure Download Mode (ESP32-C2 and -C5: the workaround needs a register). */
  readonly keepsBaudInSecureDownload: boolean;
  /** Pure: register recipe that powers the flash after connecting (ESP32-P4), empty elsewhere. */
  readonly flashPower: {
    readonly registers: readonly number[];
    readonly steps: (identity: ChipIdentity, word: RegisterWords) => readonly RegisterStep[];
  } | null;
}

/** The part of a chip that tells what lies at an address. */
export type MemoryLayout = Pick<ChipDescriptor, "memoryMap" | "iromWindow" | "dromWindow">;

/** The part of a chip that gives the header bytes their meaning. */
export type FlashHeaderCodes = Pick<ChipDescriptor, "name" | "flashSizes" | "flashFrequencies">;
