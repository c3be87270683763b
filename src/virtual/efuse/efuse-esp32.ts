import { wordsToBytes } from "../../core/bytes/words.ts";
import { bytesToWords } from "./efuse-cells.ts";
import {
  burnBlock,
  type EfuseCircuit,
  type EfuseFamily,
  hidden,
  offsetsOf,
  without,
  wordsAt,
} from "./efuse-circuit.ts";
import type { EfuseBlockLayout } from "./efuse-layout.ts";
import { show } from "./efuse-reed-solomon.ts";
import { THREE_QUARTERS_GROUPS, threeQuartersDecode } from "./three-quarters.ts";

/** CODING_SCHEME, the two lowest bits of this word of BLOCK0 (fact sheet efuse-secure A8). */
export const ESP32_SCHEME_WORD = 6;
/** Scheme 3 is read like scheme 0. */
export const ESP32_SCHEME = { none: 0, threeQuarters: 1, repeat: 2 } as const;
/** Repeat: the second half of a block is a copy of the first. */
const REPEATED_WORDS = 4;

interface Decoded {
  readonly words: readonly number[];
  /** One bit for each quarter of the block in which something was wrong. */
  readonly warnings: number;
}

/** The ESP32: a window for each block, all burned by one command, BLOCK1 to BLOCK3 coded as CODING_SCHEME says. */
export function esp32Family(circuit: EfuseCircuit): EfuseFamily {
  const { layout, cells, faults } = circuit;
  const status = layout.blockZeroErrors;
  return {
    readOnly: [...layout.blocks.flatMap(({ offset, words }) => offsetsOf(offset, words)), status],
    program() {
      for (const block of layout.blocks) {
        const asked = wordsAt(circuit, block.writeOffset, block.words);
        if (asked.some((word) => word !== 0)) burnBlock(circuit, block, asked);
      }
    },
    load() {
      const [zero, ...coded] = layout.blocks;
      if (zero === undefined) return;
      const raw = cells.data(zero);
      const readDisable = (raw[layout.readDisable.at] ?? 0) >>> layout.readDisable.shift;
      show(circuit, zero, without(raw, layout.hidden, readDisable));
      const scheme = (raw[ESP32_SCHEME_WORD] ?? 0) & 3;
      let warnings = 0;
      for (const block of coded) {
        const decoded = decode(scheme, block, cells.data(block));
        show(circuit, block, hidden(block, decoded.words, readDisable));
        const claimed = faults.reports(block.index) === null ? 0 : 1;
        // Four bits a block, BLOCK1 lowest: the twelve bits of DEC_STATUS (fact sheet efuse-secure A8).
        warnings |= (decoded.warnings | claimed) << (THREE_QUARTERS_GROUPS * (block.index - 1));
      }
      circuit.setRegister(status, warnings);
    },
  };
}

function decode(scheme: number, block: EfuseBlockLayout, words: readonly number[]): Decoded {
  if (scheme === ESP32_SCHEME.threeQuarters) {
    const { data, warnings } = threeQuartersDecode(wordsToBytes(words));
    return {
      words: bytesToWords(data),
      warnings: warnings.reduce((sum, wrong, group) => sum | (wrong ? 1 << group : 0), 0),
    };
  }
  if (scheme !== ESP32_SCHEME.repeat) return { words, warnings: 0 };
  const pairs = Array.from({ length: block.words - REPEATED_WORDS }, (_, index) => {
    const first = words[index] ?? 0;
    const second = words[index + REPEATED_WORDS] ?? 0;
    return { word: (first | second) >>> 0, differs: first !== second };
  });
  return {
    words: pairs.map(({ word }) => word),
    warnings: pairs.reduce((sum, { differs }, index) => sum | (differs ? 1 << index : 0), 0),
  };
}
