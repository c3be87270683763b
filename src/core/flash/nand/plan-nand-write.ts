import { hexAddress } from "../../bytes/hex.ts";
import { EspError } from "../../errors.ts";
import { type FlashFile, fileName } from "../guard/file-to-write.ts";
import { guardArguments } from "../guard/guard.ts";
import { NAND, requireBlockMultiple } from "./geometry.ts";

/** One file and the blocks it may use. */
export interface NandPiece {
  /** In the list of files. */
  readonly index: number;
  readonly name: string;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly firstBlock: number;
  /** How many good ones it needs. */
  readonly blocks: number;
  /** The first block it must leave alone. */
  readonly endBlock: number;
  /** What begins at `endBlock`: another file, or nothing any more. */
  readonly endsAt: "next-file" | "end-address";
}

/**
 * Which blocks each file may use; which of them are good is known by the chip alone. Pure. Throws `flash.unaligned`,
 * `flash.out-of-range`, `flash.overlap`, `nand.too-few-blocks`, `argument.invalid`.
 */
export function planNandWrite(files: readonly FlashFile[], endAddress: number = NAND.sizeBytes): NandPiece[] {
  const wrong = guardArguments(files);
  if (wrong !== null) throw wrong;
  requireEndAddress(endAddress);
  const endOfAll = endAddress / NAND.blockBytes;
  for (const file of files) requirePlace(file, endAddress);
  const occupied = files.filter(({ data }) => data.length > 0).map(({ address }) => address / NAND.blockBytes);
  return files.map((file, index) => {
    const firstBlock = file.address / NAND.blockBytes;
    const blocks = Math.ceil(file.data.length / NAND.blockBytes);
    const next = Math.min(...occupied.filter((block, other) => block > firstBlock && other !== index), endOfAll);
    const endsAt = next < endOfAll ? "next-file" : "end-address";
    const piece: NandPiece = {
      index,
      name: fileName(file),
      data: file.data,
      firstBlock,
      blocks,
      endBlock: next,
      endsAt,
    };
    const isTwice = blocks > 0 && occupied.filter((block) => block === firstBlock).length > 1;
    if (isTwice) throw overlap(piece);
    if (firstBlock + blocks > next) throw noRoom(piece, Math.max(0, next - firstBlock));
    return piece;
  });
}

function requireEndAddress(endAddress: number): void {
  requireBlockMultiple(endAddress, "The NAND end address");
  if (endAddress > 0 && endAddress <= NAND.sizeBytes) return;
  throw new EspError(
    "flash.out-of-range",
    `The NAND end address ${hexAddress(endAddress)} does not lie within the flash.`,
    { hint: `Give an address up to ${hexAddress(NAND.sizeBytes)}.`, details: { endAddress } },
  );
}

function requirePlace(file: FlashFile, endAddress: number): void {
  const { address } = file;
  requireBlockMultiple(address, `'${fileName(file)}': the address`);
  if (address < endAddress) return;
  throw new EspError(
    "flash.out-of-range",
    `'${fileName(file)}' at ${hexAddress(address)} begins beyond the NAND end address ${hexAddress(endAddress)}.`,
    { hint: "Check the address, or move the end address.", details: { address, endAddress } },
  );
}

/** The error for a file whose good blocks do not suffice; `available` is how many there are. */
export function noRoom(piece: NandPiece, available: number): EspError {
  if (piece.endsAt === "next-file") return overlap(piece);
  const { name, blocks, endBlock } = piece;
  return new EspError(
    "nand.too-few-blocks",
    `Not enough good blocks: '${name}' needs ${blocks}, but there are ${available} before ${hexAddress(endBlock * NAND.blockBytes)}.`,
    {
      hint: "Choose a lower address or a higher end address.",
      details: { file: name, needed: blocks, available },
    },
  );
}

function overlap({ name, endBlock, firstBlock }: NandPiece): EspError {
  return new EspError(
    "flash.overlap",
    `Detected image overlap: '${name}' at ${hexAddress(firstBlock * NAND.blockBytes)} with its bad blocks skipped runs into the image at ${hexAddress(endBlock * NAND.blockBytes)}.`,
    { hint: "Leave room for bad blocks between the images.", details: { file: name } },
  );
}
