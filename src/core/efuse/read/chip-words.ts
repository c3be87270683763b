import { chipById } from "../../chip/catalog.ts";
import { formatMac } from "../../chip/format-mac.ts";
import { macRegisters } from "../../session/talk/same-chip.ts";
import { bitsToWords } from "../table/bits.ts";
import type { EfuseState, EfuseTable } from "../table/types.ts";
import type { EfuseDevice } from "./device.ts";

/** The words that say which chip it is. */
type ChipWords = EfuseState["identity"];

/** What the words say that a person can compare. */
export interface ChipName {
  readonly mac: string;
  /** 100 x major + minor. */
  readonly revision: number;
}

export function chipName({ chip }: EfuseTable, words: ChipWords): ChipName {
  const { mac, identify } = chipById(chip);
  const word = (address: number): number => words.get(address) ?? 0;
  return { mac: formatMac(mac(word).base), revision: identify(word).revision };
}

/** Those of the words that hold the MAC address, read anew. */
export async function readMacWords(device: EfuseDevice): Promise<ChipWords> {
  const addresses = macRegisters(chipById(device.chip));
  const values = await device.readRegisters(addresses);
  return new Map(addresses.map((address, index) => [address, (values[index] ?? 0) >>> 0]));
}

/** The words with what these blocks hold now: what is burned there is no other chip's. */
export function chipWordsIn(table: EfuseTable, words: ChipWords, blocks: EfuseState["blocks"]): ChipWords {
  const updated = new Map(words);
  for (const { id, bits, words: count } of blocks.values()) {
    const start = table.blocks[id]?.readAddress ?? 0;
    bitsToWords(bits, count).forEach((value, index) => {
      if (updated.has(start + 4 * index)) updated.set(start + 4 * index, value);
    });
  }
  return updated;
}
