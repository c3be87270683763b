import { wordsToBytes } from "../../../src/core/bytes/words.ts";
import type { RegisterWrite } from "../../../src/core/wire/commands.ts";
import type { EfuseChipId } from "../../../src/virtual/efuse/efuse-layout-row.ts";
import { rsParity } from "../../../src/virtual/efuse/reed-solomon.ts";
import { threeQuartersEncode } from "../../../src/virtual/efuse/three-quarters.ts";

/** Blocks and control registers by hand, from fact sheet efuse-secure A8: offsets from `base`. */
interface Facts {
  readonly base: number;
  readonly conf: number;
  readonly command: number;
  /** Offset as read, words, bit of WR_DIS. */
  readonly blocks: readonly (readonly [number, number, number | null])[];
}

const elevenBlocks = (): Facts["blocks"] => [
  [0x2c, 6, null],
  [0x44, 6, 20],
  [0x5c, 8, 21],
  ...Array.from({ length: 8 }, (_, index) => [0x7c + 0x20 * index, 8, 22 + index] as const),
];
const eleven = (base: number, command = 0x1d4): Facts => ({ base, conf: 0x1cc, command, blocks: elevenBlocks() });

export const EFUSE_FACTS: Readonly<Record<EfuseChipId, Facts>> = {
  esp32: {
    base: 0x3ff5a000,
    conf: 0xfc,
    command: 0x104,
    blocks: [
      [0x00, 7, null],
      [0x38, 8, 7],
      [0x58, 8, 8],
      [0x78, 8, 9],
    ],
  },
  esp32c2: {
    base: 0x60008800,
    conf: 0x8c,
    command: 0x94,
    blocks: [
      [0x2c, 2, null],
      [0x34, 3, 5],
      [0x40, 8, 6],
      [0x60, 8, 7],
    ],
  },
  esp32c3: eleven(0x60008800),
  esp32c5: eleven(0x600b4800, 0x1d8),
  esp32c6: eleven(0x600b0800),
  esp32c61: eleven(0x600b4800),
  esp32e22: eleven(0xc4008000),
  esp32h2: eleven(0x600b0800),
  esp32h21: eleven(0x600b4000),
  esp32h4: eleven(0x600b1800, 0x1d8),
  esp32p4: eleven(0x5012d000),
  esp32s2: eleven(0x3f41a000),
  esp32s3: eleven(0x60007000),
  esp32s31: {
    base: 0x20715000,
    conf: 0x1cc,
    command: 0x1d8,
    blocks: [
      [0x2c, 9, null],
      [0x50, 6, 20],
      ...Array.from({ length: 8 }, (_, index) => [0x68 + 0x20 * index, 8, 21 + index] as const),
    ],
  },
};
export const EFUSE_CHIPS: readonly EfuseChipId[] = Object.keys(EFUSE_FACTS) as EfuseChipId[];

const ESP32_WRITE_WINDOWS = [0x1c, 0x98, 0xb8, 0xd8];
const PROGRAM_OP_CODE = 0x5a5a;
const READ_OP_CODE = 0x5aa5;

/** Anything with registers. */
export interface Registers {
  readRegisters(addresses: readonly number[]): Promise<readonly number[]>;
  writeRegisters(writes: readonly RegisterWrite[]): Promise<void>;
}

/** Drives an eFuse controller as fact sheet efuse-secure A10 says, independently of the host's code. */
export class EfuseBench {
  readonly chip: EfuseChipId;
  readonly facts: Facts;
  readonly #registers: Registers;

  constructor(chip: EfuseChipId, registers: Registers) {
    this.chip = chip;
    this.facts = EFUSE_FACTS[chip];
    this.#registers = registers;
  }

  get blocks(): number[] {
    return this.facts.blocks.map((_, index) => index);
  }

  words(block: number): number {
    return this.facts.blocks[block]![1];
  }

  async register(offset: number): Promise<number> {
    return (await this.#registers.readRegisters([this.facts.base + offset]))[0]!;
  }

  async set(offset: number, value: number): Promise<void> {
    await this.#registers.writeRegisters([{ address: this.facts.base + offset, value: value >>> 0 }]);
  }

  /** Waits until CMD is clear twice in a row; how often it was not. */
  async idle(): Promise<number> {
    let busy = 0;
    for (let clear = 0; clear < 2; ) {
      if (((await this.register(this.facts.command)) & 3) === 0) clear++;
      else {
        clear = 0;
        if (++busy > 100) throw new Error("the controller stays busy");
      }
    }
    return busy;
  }

  async block(block: number): Promise<number[]> {
    const [offset, words] = this.facts.blocks[block]!;
    const addresses = Array.from({ length: words }, (_, index) => this.facts.base + offset + 4 * index);
    return [...(await this.#registers.readRegisters(addresses))];
  }

  /** The words that a block's bits are burned with: padded, and for coded blocks with parity. */
  programWords(block: number, words: readonly number[]): number[] {
    const padded = [...words, ...new Array<number>(Math.max(0, 8 - words.length)).fill(0)];
    if (block === 0) return padded;
    return [...padded, ...toWords(rsParity(wordsToBytes(padded)))];
  }

  /** Fills the window of a block. */
  async fill(block: number, words: readonly number[]): Promise<void> {
    const start = this.chip === "esp32" ? ESP32_WRITE_WINDOWS[block]! : 0;
    for (const [index, word] of words.entries()) await this.set(start + 4 * index, word);
  }

  async program(block: number): Promise<void> {
    await this.idle();
    await this.set(this.facts.conf, PROGRAM_OP_CODE);
    await this.set(this.facts.command, this.chip === "esp32" ? 2 : 2 | (block << 2));
    await this.idle();
  }

  async read(): Promise<void> {
    await this.idle();
    await this.set(this.facts.conf, READ_OP_CODE);
    await this.#registers.writeRegisters([
      { address: this.facts.base + this.facts.command, value: 1 },
      // The delay stands before the next write: some register of no consequence.
      { address: this.facts.base + this.facts.conf, value: READ_OP_CODE, delayMicroseconds: 1000 },
    ]);
    await this.idle();
  }

  /** The whole sequence for one block: window, PROGRAM, window cleared, READ. */
  async burn(block: number, words: readonly number[], coded?: readonly number[]): Promise<void> {
    const window = this.chip === "esp32" ? words : this.programWords(block, words);
    await this.burnRaw(block, coded ?? window);
  }

  async burnRaw(block: number, window: readonly number[]): Promise<void> {
    await this.fill(block, window);
    await this.program(block);
    // The ESP32-S31's BLOCK0 reaches into the check registers, so they are cleared too.
    const clear = this.chip === "esp32" ? window.length : this.chip === "esp32s31" ? 11 : 8;
    await this.fill(block, new Array<number>(clear).fill(0));
    await this.read();
  }

  /** One bit of BLOCK0. */
  async burnBit(word: number, bit: number): Promise<void> {
    const words = new Array<number>(this.words(0)).fill(0);
    words[word] = (1 << bit) >>> 0;
    await this.burn(0, words);
  }
}

export function toWords(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(4 * index, true));
}

/** ESP32, scheme 3/4: the eight words for 24 bytes. */
export function threeQuartersWords(data: Uint8Array): number[] {
  return toWords(threeQuartersEncode(data));
}

/** Words that differ from each other and from those of other seeds. */
export function pattern(words: number, seed = 1): number[] {
  let state = seed;
  return Array.from({ length: words }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  });
}
