import { toHex } from "../../bytes/hex.ts";
import { concatBytes } from "../../bytes/words.ts";
import { checkText } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { bitsToBytes, bitsToWords } from "../table/bits.ts";
import { checkBlockState, checkState } from "../table/check-efuses.ts";
import type { BlockState, EfuseState, EfuseTable } from "../table/types.ts";

/** Blocks as they are, for people and for files (fact sheet efuse-secure A14, "dump"). */

export interface DumpFile {
  readonly name: string;
  /** Null: all blocks, one after another. */
  readonly block: number | null;
  readonly contents: Uint8Array<ArrayBuffer>;
}

/** A block as its bytes, the lowest bits first: what `burn-block-data` takes. */
export function blockBytes(block: BlockState): Uint8Array<ArrayBuffer> {
  const { bits, words } = checkBlockState(block, "block");
  return bitsToBytes(bits, 4 * words);
}

/** One line a block: its names, what is shown, and its words, the lowest first. `--debug` shows `read_regs`. */
export function dumpLines(state: EfuseState, label: "dump" | "read_regs" = "dump"): string[] {
  checkState(state, "state");
  oneOf(["dump", "read_regs"])(label, "label");
  return present(state).map(({ id, bits, words }) => blockLine(state.table, id, label, bitsToWords(bits, words)));
}

export function blockLine(table: EfuseTable, id: number, label: string, words: readonly number[]): string {
  const block = table.blocks[id];
  const aliases = (block?.aliases.join(" ") ?? "").slice(0, 16).padEnd(16);
  const shown = words.map((word) => word.toString(16).padStart(8, "0"));
  return `${(block?.name ?? "").padEnd(15)} (${aliases}) [${String(id).padEnd(2)}] ${label}: ${shown.join(" ")}`;
}

/** One line a block: its bytes, the lowest first, without anything around. */
export function dumpHexLines(state: EfuseState): string[] {
  checkState(state, "state");
  return present(state).map((block) => toHex(blockBytes(block)));
}

/** One file a block, `NAME0.EXT` and so on, or one with all blocks. */
export function dumpFiles(state: EfuseState, fileName: string, layout: "split" | "joint"): DumpFile[] {
  checkState(state, "state");
  checkText(fileName, "fileName");
  oneOf(["split", "joint"])(layout, "layout");
  const blocks = present(state);
  if (layout === "joint") {
    return [{ name: fileName, block: null, contents: concatBytes(blocks.map(blockBytes)) }];
  }
  const [stem, extension] = splitExtension(fileName);
  return blocks.map((block) => ({
    name: `${stem}${block.id}${extension}`,
    block: block.id,
    contents: blockBytes(block),
  }));
}

function present(state: EfuseState): BlockState[] {
  return [...state.blocks.values()].sort((left, right) => left.id - right.id);
}

/** A name that only begins with dots has no extension. */
function splitExtension(fileName: string): [stem: string, extension: string] {
  const base = Math.max(fileName.lastIndexOf("/"), fileName.lastIndexOf("\\")) + 1;
  const dot = fileName.lastIndexOf(".");
  const isName = dot > base && /[^.]/.test(fileName.slice(base, dot));
  return isName ? [fileName.slice(0, dot), fileName.slice(dot)] : [fileName, ""];
}
