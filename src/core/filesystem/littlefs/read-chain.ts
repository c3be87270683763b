import { readU32 } from "../../bytes/words.ts";
import { type Findings, type Place, report, takeContent } from "../findings.ts";
import { chainBytes, chainPointers } from "./littlefs-layout.ts";
import { blockAt, type LittleFsImage } from "./read-pair.ts";

export interface ChainReading {
  readonly image: LittleFsImage;
  readonly findings: Findings;
  /** Blocks of files and directories that were seen. */
  readonly used: Set<number>;
}

/** A file in blocks of its own, from its last one back. Null: not all of it is there, which is told. */
export function readChain(
  { image, findings, used }: ChainReading,
  { head, sizeBytes }: { readonly head: number; readonly sizeBytes: number },
  path: string,
): Uint8Array<ArrayBuffer> | null {
  const { bytes, blockBytes, blockCount } = image;
  const place: Place = { offset: head < blockCount ? head * blockBytes : null, path };
  if (sizeBytes > bytes.length) {
    report(findings, "filesystem.size", "A file says to be larger than the partition.", place);
    return null;
  }
  if (!takeContent(findings, sizeBytes, place)) return null;
  const content = new Uint8Array(sizeBytes);
  let block = head;
  for (const { number, start } of blocksOf(sizeBytes, blockBytes).reverse()) {
    if (block >= blockCount) {
      report(findings, "filesystem.out-of-range", `A file is said to be in block ${block}, which is not there.`, place);
      return null;
    }
    if (used.has(block))
      report(findings, "filesystem.shared", "A block is in two files.", { offset: block * blockBytes, path });
    used.add(block);
    const stored = blockAt(image, block);
    const from = 4 * chainPointers(number);
    content.set(stored.subarray(from, from + Math.min(blockBytes - from, sizeBytes - start)), start);
    if (number > 0) block = readU32(stored, 0);
  }
  return content;
}

export function blocksOf(sizeBytes: number, blockBytes: number): { readonly number: number; readonly start: number }[] {
  const blocks: { readonly number: number; readonly start: number }[] = [];
  for (let start = 0, number = 0; start < sizeBytes; number++) {
    blocks.push({ number, start });
    start += Math.max(1, chainBytes(number, blockBytes));
  }
  return blocks;
}
