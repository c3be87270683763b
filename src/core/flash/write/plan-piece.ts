import type { Compressor } from "../../bytes/deflate.ts";
import { hexAddress } from "../../bytes/hex.ts";
import type { Notice } from "../../events.ts";
import { sectorEnd, sectorStart } from "../sectors.ts";
import { type EncodedData, encodeBlocks } from "./encode-blocks.ts";

/** One contiguous piece of flash that is erased and written in one go. */
export interface WritePiece {
  /** Where writing starts. */
  readonly address: number;
  /** What will stand in flash from there on. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** First and last address that is erased; null when the whole chip has been. */
  readonly erases: { readonly start: number; readonly end: number } | null;
  readonly encoded: EncodedData;
  readonly notes: readonly Notice[];
}

export interface PieceRequest {
  /** Of the file, for messages. */
  readonly name: string;
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
  /** Where the contents begin that are wanted; what is before them is filling. */
  readonly wantedAddress: number;
}

export interface PieceContext {
  /** Null: everything is sent plain. */
  readonly compressor: Compressor | null;
  readonly blockSize: number;
  /** The whole chip is erased before. */
  readonly eraseAll: boolean;
}

/** Pure. */
export function planPiece(request: PieceRequest, { compressor, blockSize, eraseAll }: PieceContext): WritePiece {
  const { address, data } = request;
  const encoded = encodeBlocks(data, { compressor, blockSize });
  const erases = eraseAll ? null : { start: sectorStart(address), end: sectorEnd(address + data.length) - 1 };
  return { address, data, erases, encoded, notes: pieceNotes(request, { erases, encoded }) };
}

function pieceNotes(
  { name, address, data, wantedAddress }: PieceRequest,
  { erases, encoded }: Pick<WritePiece, "erases" | "encoded">,
): Notice[] {
  const notes: Notice[] = [];
  if (erases !== null && erases.start < wantedAddress) {
    const lostBytes = wantedAddress - erases.start;
    notes.push({
      code: "flash.erases-before",
      message:
        `Flash address ${hexAddress(wantedAddress)} is not aligned to a 0x1000 byte flash sector. ` +
        `0x${lostBytes.toString(16)} bytes before this address will be erased.`,
      details: { address: wantedAddress, lostBytes },
    });
  }
  if (address < wantedAddress && erases === null)
    notes.push({
      code: "flash.fills-before",
      message: `The loader starts writing at ${hexAddress(address)} and fills up to the file with FF.`,
      details: { address: wantedAddress, writeAddress: address },
    });
  if (encoded.rejectedBytes !== null)
    notes.push({
      code: "write.incompressible",
      message:
        `Cannot compress file '${name}' more than the original size, will flash uncompressed. ` +
        `Compressed size ${encoded.rejectedBytes} bytes >= uncompressed ${data.length} bytes.`,
      details: { compressedBytes: encoded.rejectedBytes, sizeBytes: data.length },
    });
  return notes;
}
