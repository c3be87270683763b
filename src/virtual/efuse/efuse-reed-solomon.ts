import { wordsToBytes } from "../../core/bytes/words.ts";
import type { EfuseErrorReport } from "../fault/efuse-faults.ts";
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
import type { EfuseBlockLayout, EfusePlace } from "./efuse-layout.ts";
import { RS_DATA_BYTES, RS_PARITY_BYTES, rsDecode } from "./reed-solomon.ts";

/** PGM_DATA0..7 and CHECK_VALUE0..2 (fact sheet efuse-secure A8); the ESP32-S31's BLOCK0 reaches into the latter. */
const PROGRAM_DATA = 0x00;
const CHECK_VALUE = 0x20;
const DATA_WORDS = RS_DATA_BYTES / 4;
const PARITY_WORDS = RS_PARITY_BYTES / 4;
/** Three bits a block: the largest number that can be shown. */
const LARGEST_COUNT = 7;

/** All chips but the ESP32: one window for all blocks, BLOCK0 without parity, the others with Reed-Solomon parity. */
export function reedSolomonFamily(circuit: EfuseCircuit): EfuseFamily {
  const { layout, cells, faults } = circuit;
  const errorRegisters = new Set(layout.errors.flatMap((places) => [places?.count.at, places?.fail?.at]));
  const blockZeroWords = layout.blocks[0]?.words ?? 0;
  // Laid over BLOCK0 from its second word on (fact sheet efuse-secure A11).
  const repeatErrors = offsetsOf(layout.blockZeroErrors, blockZeroWords - 1);

  /** Data and errors of a block as the hardware decodes them. */
  function decode(block: EfuseBlockLayout): EfuseErrorReport & { readonly words: readonly number[] } {
    const data = cells.data(block);
    const parity = cells.parity(block);
    if (parity === null) return { words: data, errors: 0, failed: false };
    const padded = new Uint8Array(RS_DATA_BYTES);
    padded.set(wordsToBytes(data));
    const decoded = rsDecode(padded, wordsToBytes(parity));
    const words = bytesToWords(decoded.data).slice(0, block.words);
    return { words, errors: decoded.failed ? LARGEST_COUNT : decoded.correctedBytes, failed: decoded.failed };
  }

  function showErrors(block: EfuseBlockLayout, found: EfuseErrorReport): void {
    const claimed = faults.reports(block.index);
    const errors = Math.min(LARGEST_COUNT, Math.max(found.errors, claimed?.errors ?? 0));
    const places = layout.errors[block.index];
    if (places === undefined) return;
    orInto(places.count, errors);
    if (places.fail !== null && (found.failed || claimed?.failed === true)) orInto(places.fail, 1);
  }

  function showBlockZeroErrors(claimed: EfuseErrorReport | null): void {
    if (claimed === null) return;
    const lowest = 2 ** Math.min(claimed.errors, 32) - 1;
    (claimed.registers ?? [lowest]).slice(0, repeatErrors.length).forEach((value, index) => {
      circuit.setRegister(layout.blockZeroErrors + 4 * index, value);
    });
  }

  function orInto({ at, shift }: EfusePlace, value: number): void {
    circuit.setRegister(at, (circuit.register(at) | (value << shift)) >>> 0);
  }

  return {
    readOnly: [
      ...layout.blocks.flatMap(({ offset, words }) => offsetsOf(offset, words)),
      ...repeatErrors,
      ...[...errorRegisters].filter((offset) => offset !== undefined),
    ],
    program(index) {
      const block = layout.blocks[index];
      if (block === undefined) {
        circuit.log.push({ do: "ignored", command: index, why: "no-such-block" });
        return;
      }
      if (index === 0) {
        burnBlock(circuit, block, wordsAt(circuit, PROGRAM_DATA, block.words));
        return;
      }
      // Where a block is shorter than its code, there are no fuses for the rest.
      const data = wordsAt(circuit, PROGRAM_DATA, DATA_WORDS).slice(0, block.words);
      burnBlock(circuit, block, data, wordsAt(circuit, CHECK_VALUE, PARITY_WORDS));
    },
    load() {
      const [zero, ...coded] = layout.blocks;
      if (zero === undefined) return;
      const raw = cells.data(zero);
      const readDisable = (raw[layout.readDisable.at] ?? 0) >>> layout.readDisable.shift;
      for (const offset of [...repeatErrors, ...errorRegisters])
        if (offset !== undefined) circuit.setRegister(offset, 0);
      show(circuit, zero, without(raw, layout.hidden, readDisable));
      showBlockZeroErrors(faults.reports(0));
      for (const block of coded) {
        const decoded = decode(block);
        show(circuit, block, hidden(block, decoded.words, readDisable));
        showErrors(block, decoded);
      }
    },
  };
}

/** Puts a block into its read registers. */
export function show(circuit: EfuseCircuit, block: EfuseBlockLayout, words: readonly number[]): void {
  for (let index = 0; index < block.words; index++) {
    circuit.setRegister(block.offset + 4 * index, words[index] ?? 0);
  }
}
