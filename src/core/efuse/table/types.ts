import type { ChipId } from "../../chip/types.ts";

/**
 * The shapes of the eFuse room. Bits are `bigint`s: bit i of a block is bit i % 32 of its word i / 32, and the value of a
 * field is the sum of its bits, the lowest first (fact sheet efuse-secure A4, D2).
 */

/** How a block protects itself against errors (A9). `repeat`: four copies, BLOCK0 of the newer chips. */
export type CodingScheme = "none" | "3/4" | "repeat" | "none-recovery" | "reed-solomon";

export type FieldCategory =
  | "spi pad"
  | "usb"
  | "wdt"
  | "jtag"
  | "flash"
  | "vdd"
  | "MAC"
  | "security"
  | "identity"
  | "calibration"
  | "config"
  | "User";

/** What the value of a field is beyond a number; decides how it is shown and what may be written (A6). */
export type FieldClass =
  | "plain"
  | "bit-count"
  | "mac"
  | "key-block"
  | "key-purpose"
  | "temperature"
  | "adc-point"
  | "reference-voltage"
  | "spi-pin"
  /** Calculated of other fields or registers; `parts` says how, where it is a matter of bits. */
  | "wafer-version"
  | "package"
  | "psram-capacity"
  | "calculated";

/** When a field is there. `uncoded` and `three-quarters`: the ESP32's BLOCK1 to BLOCK3 under that coding scheme. */
export type FieldPresence = "always" | "calibration" | "custom-mac" | "adc-points" | "uncoded" | "three-quarters";

/** Bits `from` up to `from + width` of the named field stand at `to` in the calculated value. */
export interface FieldPart {
  readonly field: string;
  readonly from: number;
  readonly width: number;
  readonly to: number;
}

export interface EfuseField {
  readonly name: string;
  readonly aliases: readonly string[];
  /** One line. */
  readonly description: string;
  readonly category: FieldCategory;
  readonly fieldClass: FieldClass;
  readonly type: "bool" | "uint" | "bytes";
  /** Of a calculated field: the block it is listed under. */
  readonly block: number;
  /** First bit in the block; null: calculated. */
  readonly bit: number | null;
  /** In bits. */
  readonly width: number;
  /** Bit of WR_DIS that locks the field; null: always writable. */
  readonly writeDisableBit: number | null;
  /** Bits of RD_DIS, any of which hides the field. */
  readonly readDisableBits: readonly number[];
  /** Words for values. */
  readonly labels: ReadonlyMap<number, string>;
  /** Of a calculated field that is made of bits of others; empty otherwise. */
  readonly parts: readonly FieldPart[];
  readonly presence: FieldPresence;
}

export interface EfuseBlock {
  readonly id: number;
  readonly name: string;
  readonly aliases: readonly string[];
  /** Address of the first word as read. */
  readonly readAddress: number;
  /** Address of the first word to program. */
  readonly writeAddress: number;
  /** 32-bit words; ESP32 BLOCK1 to BLOCK3: without coding scheme. */
  readonly words: number;
  readonly writeDisableBit: number | null;
  readonly readDisableBits: readonly number[];
  /** The field that says what the key in this block is for. */
  readonly keyPurposeField: string | null;
}

export interface KeyPurpose {
  readonly name: string;
  /** Negative: no purpose of its own, only a way to burn a key that takes two blocks (A7). */
  readonly code: number;
  /** The key is stored last byte first. */
  readonly reversed: boolean;
  /** The key is hidden unless told otherwise. */
  readonly readProtected: boolean;
  readonly isDigest: boolean;
}

export interface RegisterBits {
  readonly register: number;
  readonly shift: number;
  readonly mask: number;
}

/** Where the chip tells of damaged blocks (A11). */
export interface BlockErrorBits {
  readonly count: RegisterBits | null;
  readonly fail: RegisterBits | null;
}

export interface EfuseRegisters {
  readonly base: number;
  readonly configuration: number;
  readonly command: number;
  readonly status: number | null;
  /** The window through which all blocks are programmed; null: each block has its own (ESP32). */
  readonly program: { readonly data: number; readonly check: number } | null;
  /** Laid over BLOCK0 from its word 1 on: a set bit is a bit in error. */
  readonly repeatErrors: readonly number[];
  /** By block id; null where there is nothing. */
  readonly blockErrors: readonly (BlockErrorBits | null)[];
  /** Registers that say it, as listed in a status dump. */
  readonly errorRegisters: readonly number[];
  /** ESP32: one register for BLOCK1 to BLOCK3. */
  readonly decodeStatus: RegisterBits | null;
  readonly dacConfiguration: number;
  /** ESP32. */
  readonly clock: number | null;
  readonly readTiming: number | null;
  /** WR_TIM_CONF0 to 2. */
  readonly writeTiming: readonly (number | null)[];
}

/** Everything that a chip's eFuses are, as data. */
export interface EfuseTable {
  readonly chip: ChipId;
  readonly registers: EfuseRegisters;
  /** By id. */
  readonly blocks: readonly EfuseBlock[];
  /** In the order in which they are shown. */
  readonly fields: readonly EfuseField[];
  readonly keyPurposes: readonly KeyPurpose[];
  /** The block version from which the calibration fields mean something; null: never (A5). */
  readonly calibrationFrom: number | null;
}

/** Errors of a block as the chip reports them. */
export interface BlockErrors {
  readonly count: number;
  readonly fail: boolean;
  /** BLOCK0 of newer chips: the bits in error; zero elsewhere. */
  readonly bits: bigint;
}

export interface BlockState {
  readonly id: number;
  /** Words there are under the present coding scheme. */
  readonly words: number;
  readonly scheme: CodingScheme;
  /** As read: zero where the block is hidden. */
  readonly bits: bigint;
  readonly errors: BlockErrors;
}

/** What was read. Only the blocks that were asked for are there. */
export interface EfuseState {
  readonly table: EfuseTable;
  /** 100 x major + minor. */
  readonly chipRevision: number;
  /**
   * Which chip it was read of: the registers that hold its MAC address and its revision, as they were read. Empty: it was
   * not read of a chip, so what is planned with it cannot be burned.
   */
  readonly identity: ReadonlyMap<number, number>;
  readonly blocks: ReadonlyMap<number, BlockState>;
}

/** What may be locked or hidden: a field or a block. */
export interface Protected {
  readonly writeDisableBit: number | null;
  readonly readDisableBits: readonly number[];
}
