// Room: the serial protocol as declarations: SLIP frames, packets, each command with its request, reply and time.
// In: values of a command, or bytes from the line.
// Out: bytes for the line, or the values of a reply. Both ends decode with the same declarations.

import { layout, optional, u32 } from "../bytes/layout.ts";
import { concatBytes, readU32, wordsToBytes } from "../bytes/words.ts";
import { type Command, command, type RequestCodec, scaledTimeout } from "./command.ts";
import { decodeSecurityInfo, type SecurityInfo } from "./security-info.ts";

/** Every command of ROM loaders and stub, opcodes and layouts as in fact sheet 3.4, timeouts as in 3.6. */

export interface FlashBeginRequest {
  /** Bytes to erase (plain) or the uncompressed size (deflate). */
  sizeBytes: number;
  blocks: number;
  blockSize: number;
  /** Flash address of the first byte. */
  address: number;
  /** Sent only to loaders that know the word. */
  encrypted?: number | undefined;
}

export interface MemBeginRequest {
  sizeBytes: number;
  blocks: number;
  blockSize: number;
  address: number;
}

export interface DataRequest {
  sequence: number;
  block: Uint8Array;
}

export interface RegisterWrite {
  address: number;
  value: number;
  /** Bits to change; all of them when absent. */
  mask?: number;
  /** Wait before this write. */
  delayMicroseconds?: number;
}

type Nothing = undefined;
const nothing = (): Nothing => undefined;
type Empty = Record<string, never>;

const BEGIN = layout<FlashBeginRequest>({
  sizeBytes: u32,
  blocks: u32,
  blockSize: u32,
  address: u32,
  encrypted: optional(u32),
});

const DATA_HEADER = 16;
const DATA: RequestCodec<DataRequest> = {
  encode: ({ sequence, block }) => concatBytes([wordsToBytes([block.length, sequence, 0, 0]), block]),
  decode(data) {
    if (data.length < DATA_HEADER || readU32(data, 0) !== data.length - DATA_HEADER) return null;
    return { sequence: readU32(data, 4), block: data.subarray(DATA_HEADER) };
  },
};
const afterDataHeader = (data: Uint8Array): Uint8Array => data.subarray(DATA_HEADER);

const EMPTY: RequestCodec<Empty> = {
  encode: () => new Uint8Array(0),
  decode: (data) => (data.length === 0 ? {} : null),
};

export const FLASH_BEGIN: Command<FlashBeginRequest, Nothing> = command("FLASH_BEGIN", {
  opcode: 0x02,
  doing: "begin a flash write",
  request: BEGIN,
  decodeReply: nothing,
});

export const FLASH_DATA: Command<DataRequest, Nothing> = command("FLASH_DATA", {
  opcode: 0x03,
  doing: "write a block to flash",
  request: DATA,
  checksummed: afterDataHeader,
  decodeReply: nothing,
});

export interface EndRequest {
  /** 0 = reboot, 1 = stay in the loader. */
  stay: number;
}

export const FLASH_END: Command<EndRequest, Nothing> = command("FLASH_END", {
  opcode: 0x04,
  doing: "finish the flash write",
  request: layout<EndRequest>({ stay: u32 }),
  decodeReply: nothing,
});

export const MEM_BEGIN: Command<MemBeginRequest, Nothing> = command("MEM_BEGIN", {
  opcode: 0x05,
  doing: "begin a RAM download",
  request: layout<MemBeginRequest>({ sizeBytes: u32, blocks: u32, blockSize: u32, address: u32 }),
  decodeReply: nothing,
});

export interface MemEndRequest {
  /** 1 when `entry` is 0: stay in the loader. */
  stay: number;
  entry: number;
}

export const MEM_END: Command<MemEndRequest, Nothing> = command("MEM_END", {
  opcode: 0x06,
  doing: "finish the RAM download",
  request: layout<MemEndRequest>({ stay: u32, entry: u32 }),
  decodeReply: nothing,
});

export const MEM_DATA: Command<DataRequest, Nothing> = command("MEM_DATA", {
  opcode: 0x07,
  doing: "write a block to RAM",
  request: DATA,
  checksummed: afterDataHeader,
  decodeReply: nothing,
});

/** The 36 bytes of a SYNC request: 07 07 12 20 and 32 times 55. */
const SYNC_PATTERN: Uint8Array = concatBytes([Uint8Array.of(0x07, 0x07, 0x12, 0x20), new Uint8Array(32).fill(0x55)]);

/** Eight replies follow one request. The reply's value is 0 from a stub, something else from a ROM. */
export const SYNC: Command<Empty, { readonly value: number }> = command("SYNC", {
  opcode: 0x08,
  doing: "synchronise",
  request: {
    encode: () => SYNC_PATTERN.slice(),
    decode: (data) =>
      data.length === SYNC_PATTERN.length && data.every((byte, index) => byte === SYNC_PATTERN[index]) ? {} : null,
  },
  decodeReply: (_data, value) => ({ value }),
  timeoutMs: (_request, limits) => limits.syncMs,
});
export const SYNC_REPLIES = 8;

/** Several writes in one request are done in order, each after its own delay. */
export const WRITE_REG: Command<readonly RegisterWrite[], Nothing> = command("WRITE_REG", {
  opcode: 0x09,
  doing: "write registers",
  request: {
    encode: (writes) =>
      wordsToBytes(
        writes.flatMap(({ address, value, mask, delayMicroseconds }) => [
          address,
          value,
          mask ?? 0xffffffff,
          delayMicroseconds ?? 0,
        ]),
      ),
    decode(data) {
      if (data.length === 0 || data.length % 16 !== 0) return null;
      return Array.from({ length: data.length / 16 }, (_, index) => ({
        address: readU32(data, index * 16),
        value: readU32(data, index * 16 + 4),
        mask: readU32(data, index * 16 + 8),
        delayMicroseconds: readU32(data, index * 16 + 12),
      }));
    },
  },
  decodeReply: nothing,
  timeoutMs: (writes, limits) =>
    limits.defaultMs + writes.reduce((sum, write) => sum + (write.delayMicroseconds ?? 0), 0) / 1000,
});

export interface ReadRegisterRequest {
  address: number;
}

export const READ_REG: Command<ReadRegisterRequest, number> = command("READ_REG", {
  opcode: 0x0a,
  doing: "read a register",
  request: layout<ReadRegisterRequest>({ address: u32 }),
  decodeReply: (_data, value) => value,
});

export interface FlashParametersRequest {
  id: number;
  sizeBytes: number;
  blockSize: number;
  sectorSize: number;
  pageSize: number;
  statusMask: number;
}

export const SPI_SET_PARAMS: Command<FlashParametersRequest, Nothing> = command("SPI_SET_PARAMS", {
  opcode: 0x0b,
  doing: "set the flash parameters",
  request: layout<FlashParametersRequest>({
    id: u32,
    sizeBytes: u32,
    blockSize: u32,
    sectorSize: u32,
    pageSize: u32,
    statusMask: u32,
  }),
  decodeReply: nothing,
});

export interface SpiAttachRequest {
  /** 0 = default pins, 1 = HSPI, else five packed pin numbers (fact sheet 3.10). */
  pins: number;
  /** Four zero bytes that the ROM wants and the stub refuses. */
  legacy?: number | undefined;
}

export const SPI_ATTACH: Command<SpiAttachRequest, Nothing> = command("SPI_ATTACH", {
  opcode: 0x0d,
  doing: "attach the flash",
  request: layout<SpiAttachRequest>({ pins: u32, legacy: optional(u32) }),
  decodeReply: nothing,
});

export interface ReadFlashSlowRequest {
  address: number;
  /** At most 64; the reply is 64 bytes whatever was asked. */
  sizeBytes: number;
}
export const READ_FLASH_SLOW_LENGTH = 64;

export const READ_FLASH_SLOW: Command<ReadFlashSlowRequest, Uint8Array> = command("READ_FLASH_SLOW", {
  opcode: 0x0e,
  doing: "read flash through the ROM",
  request: layout<ReadFlashSlowRequest>({ address: u32, sizeBytes: u32 }),
  replyLengths: [READ_FLASH_SLOW_LENGTH],
  decodeReply: (data) => data,
});

export interface ChangeBaudRequest {
  baudRate: number;
  /** Stub: the rate in use; ROM: 0. */
  currentBaudRate: number;
}

export const CHANGE_BAUDRATE: Command<ChangeBaudRequest, Nothing> = command("CHANGE_BAUDRATE", {
  opcode: 0x0f,
  doing: "change the baud rate",
  request: layout<ChangeBaudRequest>({ baudRate: u32, currentBaudRate: u32 }),
  decodeReply: nothing,
});

export const FLASH_DEFL_BEGIN: Command<FlashBeginRequest, Nothing> = command("FLASH_DEFL_BEGIN", {
  opcode: 0x10,
  doing: "begin a compressed flash write",
  request: BEGIN,
  decodeReply: nothing,
});

export const FLASH_DEFL_DATA: Command<DataRequest, Nothing> = command("FLASH_DEFL_DATA", {
  opcode: 0x11,
  doing: "write a compressed block to flash",
  request: DATA,
  checksummed: afterDataHeader,
  decodeReply: nothing,
});

export const FLASH_DEFL_END: Command<EndRequest, Nothing> = command("FLASH_DEFL_END", {
  opcode: 0x12,
  doing: "finish the compressed flash write",
  request: layout<EndRequest>({ stay: u32 }),
  decodeReply: nothing,
});

export interface FlashRangeRequest {
  address: number;
  sizeBytes: number;
  reserved1: number;
  reserved2: number;
}

/** ROMs answer with 32 hexadecimal digits, the stub with 16 bytes; both are returned as 16 bytes. */
export const SPI_FLASH_MD5: Command<FlashRangeRequest, Uint8Array> = command("SPI_FLASH_MD5", {
  opcode: 0x13,
  doing: "compute the MD5 of flash",
  request: layout<FlashRangeRequest>({ address: u32, sizeBytes: u32, reserved1: u32, reserved2: u32 }),
  replyLengths: [16, 32],
  decodeReply: (data) =>
    data.length === 16
      ? data
      : Uint8Array.from({ length: 16 }, (_, index) =>
          Number.parseInt(String.fromCharCode(data[index * 2] ?? 0, data[index * 2 + 1] ?? 0), 16),
        ),
  timeoutMs: ({ sizeBytes }, limits) => scaledTimeout(limits, limits.md5MsPerMegabyte, sizeBytes),
});

export const GET_SECURITY_INFO: Command<Empty, SecurityInfo | null> = command("GET_SECURITY_INFO", {
  opcode: 0x14,
  doing: "read the security information",
  request: EMPTY,
  replyLengths: [20, 12],
  decodeReply: decodeSecurityInfo,
});

export const ERASE_FLASH: Command<Empty, Nothing> = command("ERASE_FLASH", {
  opcode: 0xd0,
  doing: "erase the flash",
  request: EMPTY,
  decodeReply: nothing,
  timeoutMs: (_request, limits) => limits.chipEraseMs,
});

export interface EraseRegionRequest {
  address: number;
  sizeBytes: number;
}

export const ERASE_REGION: Command<EraseRegionRequest, Nothing> = command("ERASE_REGION", {
  opcode: 0xd1,
  doing: "erase a region of flash",
  request: layout<EraseRegionRequest>({ address: u32, sizeBytes: u32 }),
  decodeReply: nothing,
  timeoutMs: ({ sizeBytes }, limits) => scaledTimeout(limits, limits.eraseRegionMsPerMegabyte, sizeBytes),
});

export interface ReadFlashRequest {
  address: number;
  sizeBytes: number;
  /** At most 4096. */
  blockSize: number;
  /** The stub keeps one block in flight whatever is asked. */
  maximumInFlight: number;
}

/** The reply is followed by raw frames: data, each acknowledged with the total received, then the MD5 (3.12). */
export const READ_FLASH: Command<ReadFlashRequest, Nothing> = command("READ_FLASH", {
  opcode: 0xd2,
  doing: "read flash",
  request: layout<ReadFlashRequest>({ address: u32, sizeBytes: u32, blockSize: u32, maximumInFlight: u32 }),
  decodeReply: nothing,
});

/** No reply. */
export const RUN_USER_CODE: Command<Empty, Nothing> = command("RUN_USER_CODE", {
  opcode: 0xd3,
  doing: "run the user code",
  request: EMPTY,
  decodeReply: nothing,
});

/** What a stub sends, as a raw frame, when it runs. */
export const STUB_GREETING: Uint8Array = Uint8Array.of(0x4f, 0x48, 0x41, 0x49);
