import { wordsToBytes } from "../../../src/core/bytes/words.ts";
import { hidden, without } from "../../../src/virtual/efuse/efuse-circuit.ts";
import { type EfuseLayout, efuseLayout } from "../../../src/virtual/efuse/efuse-layout.ts";
import { threeQuartersWords } from "./efuse-bench.ts";
import type { EfuseChip } from "./efuse-file-device.ts";

/** Fuses by register address, as virtual chips keep them: what is burned, whatever a host can see of it. */
export type RawEfuses = ReadonlyMap<number, number>;

/** By block, its words as bits. */
export type RawBlocks = readonly bigint[];

export function rawBlocks(chip: EfuseChip, raw: RawEfuses): RawBlocks {
  const { base, blocks } = efuseLayout(chip);
  return blocks.map(({ offset, words }) =>
    asBits(Array.from({ length: words }, (_, index) => raw.get(base + offset + 4 * index) ?? 0)),
  );
}

/** The fuses of a file as `--path-efuse-file` keeps it: the register page, its last byte first. */
export function rawOfFile(chip: EfuseChip, file: Uint8Array): RawEfuses {
  const { base, blocks } = efuseLayout(chip);
  const page = Uint8Array.from(file).reverse();
  const view = new DataView(page.buffer);
  const raw = new Map<number, number>();
  if (page.length === 0) return raw;
  for (const { offset, words } of blocks)
    for (let at = offset; at < offset + 4 * words; at += 4) raw.set(base + at, view.getUint32(at, true));
  return raw;
}

/** The file in which these fuses would be kept. */
export function fileOfRaw(chip: EfuseChip, raw: RawEfuses): Uint8Array<ArrayBuffer> {
  const { base, sizeBytes } = efuseLayout(chip);
  const page = new Uint8Array(sizeBytes);
  const view = new DataView(page.buffer);
  for (const [address, word] of raw)
    if (address >= base && address < base + sizeBytes) view.setUint32(address - base, word, true);
  return page.reverse();
}

/** What RD_DIS, as these blocks have it, keeps a host from seeing; by the virtual chip's own table. */
export function unseenBits(chip: EfuseChip, blocks: RawBlocks): RawBlocks {
  const layout = efuseLayout(chip);
  const readDisable = readDisableOf(layout, blocks[0] ?? 0n);
  return layout.blocks.map((block) => {
    const all = new Array<number>(block.words).fill(0xffff_ffff);
    const seen = block.index === 0 ? without(all, layout.hidden, readDisable) : hidden(block, all, readDisable);
    return asBits(all) & ~asBits(seen);
  });
}

/** Whether WR_DIS locks a block as a whole. */
export function isLockedBlock(chip: EfuseChip, block: number, block0: bigint): boolean {
  const lock = efuseLayout(chip).blocks[block]?.writeLock ?? null;
  return lock !== null && ((block0 >> BigInt(lock)) & 1n) === 1n;
}

/** The fuses that bits of a block stand for: other ones where the ESP32's 3/4 coding is on. */
export function fusesFor(chip: EfuseChip, before: RawBlocks, block: number, bits: bigint): bigint {
  const isCoded = chip === "esp32" && block > 0 && (((before[0] ?? 0n) >> 192n) & 3n) === 1n;
  return isCoded ? asBits(threeQuartersWords(wordsToBytes(asWords(bits, 6)))) : bits;
}

function readDisableOf({ readDisable: { at, shift } }: EfuseLayout, block0: bigint): number {
  return Number((block0 >> BigInt(32 * at)) & 0xffff_ffffn) >>> shift;
}

function asBits(words: readonly number[]): bigint {
  return words.reduceRight((bits, word) => (bits << 32n) | BigInt(word >>> 0), 0n);
}

function asWords(bits: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Number((bits >> BigInt(32 * index)) & 0xffff_ffffn));
}
