import { layout, u8, u32 } from "../bytes/layout.ts";
import { type Command, command, type RequestCodec, scaledTimeout } from "./command.ts";
import {
  type DataRequest,
  ERASE_FLASH,
  ERASE_REGION,
  type EraseRegionRequest,
  FLASH_DATA,
  READ_FLASH,
  type ReadFlashRequest,
} from "./commands.ts";

/** Commands of the stub's plugin for NAND flash: opcodes and layouts as in fact sheet 3.17. */

type Nothing = undefined;

export interface NandAttachRequest {
  /** As for SPI_ATTACH: five packed pin numbers. */
  pins: number;
}

/** What the flash says of itself. */
export interface NandAttachReply {
  readonly manufacturer: number;
  readonly device: number;
  /** Register C0. */
  readonly status: number;
  /** Register A0: block protection. */
  readonly protection: number;
}

/**
 * Connects the NAND flash and reads its id. Reply value: manufacturer in bits 16 to 23, device in bits 0 to 15, register C0
 * in bits 24 to 31. Reply data: register A0.
 */
export const NAND_ATTACH: Command<NandAttachRequest, NandAttachReply> = command("NAND_ATTACH", {
  opcode: 0xd5,
  doing: "attach the NAND flash",
  request: layout<NandAttachRequest>({ pins: u32 }),
  // The first byte is the protection register; two status bytes follow as everywhere.
  replyLengths: [1],
  decodeReply: (data, value) => ({
    manufacturer: (value >>> 16) & 0xff,
    device: value & 0xffff,
    status: value >>> 24,
    protection: data[0] ?? 0,
  }),
});

export interface NandPageRequest {
  /** Pages count through all blocks. */
  page: number;
}

/** Reads the spare area of a page. Reply value: its first four bytes; the lowest is FF in a good block. */
export const NAND_READ_SPARE: Command<NandPageRequest, number> = command("NAND_READ_SPARE", {
  opcode: 0xd6,
  doing: "read the spare area of a page",
  request: layout<NandPageRequest>({ page: u32 }),
  decodeReply: (_data, value) => value,
});

export interface NandWriteSpareRequest {
  /** Pages count through all blocks. */
  page: number;
  /** 1: four bytes 00 are programmed, 0: four bytes FF, which change nothing. */
  isBad: number;
}

/** Writes the spare area of a page: how a block is marked as bad. */
export const NAND_WRITE_SPARE: Command<NandWriteSpareRequest, Nothing> = command("NAND_WRITE_SPARE", {
  opcode: 0xd7,
  doing: "write the spare area of a page",
  request: layout<NandWriteSpareRequest>({ page: u32, isBad: u8 }),
});

const READ: RequestCodec<ReadFlashRequest> = READ_FLASH;

/** As READ_FLASH. Where the flash cannot be read, zeros, and an MD5 with all bits inverted. */
export const NAND_READ: Command<ReadFlashRequest, Nothing> = command("NAND_READ", {
  opcode: 0xd8,
  doing: "read NAND flash",
  request: READ,
});

export interface NandBeginRequest {
  /** Flash address of the first byte. */
  address: number;
  /** How many bytes. */
  sizeBytes: number;
  /** Bytes of an erase block. */
  blockSize: number;
  /** Largest number of bytes in one NAND_DATA. */
  packetSize: number;
}

/** Tells what will be written and where. */
export const NAND_BEGIN: Command<NandBeginRequest, Nothing> = command("NAND_BEGIN", {
  opcode: 0xd9,
  doing: "begin a NAND write",
  request: layout<NandBeginRequest>({ address: u32, sizeBytes: u32, blockSize: u32, packetSize: u32 }),
});

const DATA: RequestCodec<DataRequest> = FLASH_DATA;

/** One piece of what NAND_BEGIN announced, written before it is answered; a block is erased when its first page is written. */
export const NAND_DATA: Command<DataRequest, Nothing> = command("NAND_DATA", {
  opcode: 0xda,
  doing: "write to NAND flash",
  request: DATA,
  ...(FLASH_DATA.checksummed !== null && { checksummed: FLASH_DATA.checksummed }),
  timeoutMs: ({ block }, limits) => scaledTimeout(limits, limits.eraseWriteMsPerMegabyte, block.length),
});

const EMPTY: RequestCodec<Record<string, never>> = ERASE_FLASH;

/** Erases all blocks, marked ones included. */
export const NAND_ERASE_ALL: Command<Record<string, never>, Nothing> = command("NAND_ERASE_ALL", {
  opcode: 0xdb,
  doing: "erase the NAND flash",
  request: EMPTY,
  timeoutMs: (_request, limits) => limits.chipEraseMs,
});

const ERASE: RequestCodec<EraseRegionRequest> = ERASE_REGION;

/** Erases whole blocks. */
export const NAND_ERASE_REGION: Command<EraseRegionRequest, Nothing> = command("NAND_ERASE_REGION", {
  opcode: 0xdc,
  doing: "erase a region of NAND flash",
  request: ERASE,
  timeoutMs: ({ sizeBytes }, limits) => scaledTimeout(limits, limits.eraseRegionMsPerMegabyte, sizeBytes),
});

export interface NandEndRequest {
  /** 1: stay in the stub. */
  stay: number;
}

/** Ends a write. */
export const NAND_END: Command<NandEndRequest, Nothing> = command("NAND_END", {
  opcode: 0xde,
  doing: "finish the NAND write",
  request: layout<NandEndRequest>({ stay: u32 }),
});

/** A page could not be programmed; the block is to be marked. */
export const NAND_PROGRAM_FAILED = 0xca00;
/** A block could not be erased. */
export const NAND_ERASE_FAILED = 0xcb00;
