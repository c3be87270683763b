// Room: the serial protocol as declarations: SLIP frames, packets, each command with its request, reply and time.
// In: values of a command, or bytes from the line.
// Out: bytes for the line, or the values of a reply. Both ends decode with the same declarations.

import { layout, optional, u32 } from "../bytes/layout.ts";
import { concatBytes, equalBytes } from "../bytes/words.ts";
import { type Command, command, type RequestCodec, scaledTimeout } from "./command.ts";
import { decodeSecurityInfo, type SecurityInfo } from "./security-info.ts";

/** Every command of ROM loaders and stub, opcodes and layouts as in fact sheet 3.4, timeouts as in 3.6. */

export interface FlashBeginRequest {
  /** Bytes to erase (plain) or the uncompressed size (deflate). */
  sizeBytes: number;
  /** How many blocks will follow. */
  blocks: number;
  /** Bytes of a block; the last one may be shorter. */
  blockSize: number;
  /** Flash address of the first byte. */
  address: number;
  /** 1: the chip encrypts what it writes. Sent only to loaders that know the word. */
  encrypted?: number | undefined;
}

export interface MemBeginRequest {
  /** Bytes in all. */
  sizeBytes: number;
  /** How many blocks will follow. */
  blocks: number;
  /** Bytes of a block; the last one may be shorter. */
  blockSize: number;
  /** Where the first byte goes. */
  address: number;
}

export interface DataRequest {
  /** Counts from 0. */
  sequence: number;
  /** The data; the checksum in the packet's header covers this field alone. */
  block: Uint8Array;
}

/** What stands before the block. */
interface DataRequestHeader {
  /** Bytes in `block`. */
  length: number;
  /** Counts from 0. */
  sequence: number;
  /** 0. */
  reserved1: number;
  /** 0. */
  reserved2: number;
}

export interface RegisterWrite {
  /** Of the register, in the chip's address space. */
  address: number;
  /** What is written. */
  value: number;
  /** Bits to change; all of them when absent. */
  mask?: number | undefined;
  /** Microseconds to wait before this write. */
  delayMicroseconds?: number | undefined;
}

type Nothing = undefined;
type Empty = Record<string, never>;

const BEGIN = layout<FlashBeginRequest>({
  sizeBytes: u32,
  blocks: u32,
  blockSize: u32,
  address: u32,
  encrypted: optional(u32),
});

const DATA_HEADER = layout<DataRequestHeader>({ length: u32, sequence: u32, reserved1: u32, reserved2: u32 });
const DATA: RequestCodec<DataRequest> = {
  fields: [...DATA_HEADER.fields, { name: "block", size: null, optional: false }],
  encode: ({ sequence, block }) =>
    concatBytes([DATA_HEADER.encode({ length: block.length, sequence, reserved1: 0, reserved2: 0 }), block]),
  decode(data) {
    const header = DATA_HEADER.decode(data.subarray(0, DATA_HEADER.size));
    if (header === null || header.length !== data.length - DATA_HEADER.size) return null;
    return { sequence: header.sequence, block: data.subarray(DATA_HEADER.size) };
  },
};
const afterDataHeader = (data: Uint8Array): Uint8Array => data.subarray(DATA_HEADER.size);

const EMPTY: RequestCodec<Empty> = {
  fields: [],
  encode: () => new Uint8Array(0),
  decode: (data) => (data.length === 0 ? {} : null),
};

/** Tells what will be written and where. A ROM erases all of it before it answers; the stub erases as it writes. */
export const FLASH_BEGIN: Command<FlashBeginRequest, Nothing> = command("FLASH_BEGIN", {
  opcode: 0x02,
  doing: "begin a flash write",
  request: BEGIN,
});

/**
 * One block of what FLASH_BEGIN announced. The stub answers first and writes then: a failure shows in the answer to
 * the next command.
 */
export const FLASH_DATA: Command<DataRequest, Nothing> = command("FLASH_DATA", {
  opcode: 0x03,
  doing: "write a block to flash",
  request: DATA,
  checksummed: afterDataHeader,
});

export interface EndRequest {
  /** 0 = reboot, 1 = stay in the loader. */
  stay: number;
}

const END = layout<EndRequest>({ stay: u32 });

/**
 * Ends a write. The stub refuses while bytes are missing and starts nothing; the ROM starts the application, or goes
 * on.
 */
export const FLASH_END: Command<EndRequest, Nothing> = command("FLASH_END", {
  opcode: 0x04,
  doing: "finish the flash write",
  request: END,
});

/** Tells what will be put into RAM and where. */
export const MEM_BEGIN: Command<MemBeginRequest, Nothing> = command("MEM_BEGIN", {
  opcode: 0x05,
  doing: "begin a RAM download",
  request: layout<MemBeginRequest>({ sizeBytes: u32, blocks: u32, blockSize: u32, address: u32 }),
});

export interface MemEndRequest {
  /** 1 when `entry` is 0: stay in the loader. */
  stay: number;
  /** Where to jump to. */
  entry: number;
}

/** Ends the download, and jumps to an address if there is one. The answer may be lost when it does. */
export const MEM_END: Command<MemEndRequest, Nothing> = command("MEM_END", {
  opcode: 0x06,
  doing: "finish the RAM download",
  request: layout<MemEndRequest>({ stay: u32, entry: u32 }),
});

/** One block of what MEM_BEGIN announced. */
export const MEM_DATA: Command<DataRequest, Nothing> = command("MEM_DATA", {
  opcode: 0x07,
  doing: "write a block to RAM",
  request: DATA,
  checksummed: afterDataHeader,
});

/** The 36 bytes of a SYNC request: 07 07 12 20 and 32 times 55. */
const SYNC_PATTERN: Uint8Array = Uint8Array.of(0x07, 0x07, 0x12, 0x20, ...new Uint8Array(32).fill(0x55));

/**
 * Finds a loader that listens, with 07 07 12 20 and 32 times 55. Eight replies follow one request. Reply value: 0 from a
 * stub, not 0 from a ROM.
 */
export const SYNC: Command<Empty, { readonly value: number }> = command("SYNC", {
  opcode: 0x08,
  doing: "synchronise",
  request: {
    fields: [{ name: "pattern", size: SYNC_PATTERN.length, optional: false }],
    encode: () => SYNC_PATTERN.slice(),
    decode: (data) => (equalBytes(data, SYNC_PATTERN) ? {} : null),
  },
  decodeReply: (_data, value) => ({ value }),
  timeoutMs: (_request, limits) => limits.syncMs,
});
export const SYNC_REPLIES = 8;

const REGISTER_WRITE = layout<Required<RegisterWrite>>({
  address: u32,
  value: u32,
  mask: u32,
  delayMicroseconds: u32,
});

/** Writes words. A request has one or more of these entries, done in order, each after its own delay. */
export const WRITE_REG: Command<readonly RegisterWrite[], Nothing> = command("WRITE_REG", {
  opcode: 0x09,
  doing: "write registers",
  request: {
    fields: REGISTER_WRITE.fields,
    encode: (writes) =>
      concatBytes(
        writes.map(({ address, value, mask = 0xffffffff, delayMicroseconds = 0 }) =>
          REGISTER_WRITE.encode({ address, value, mask, delayMicroseconds }),
        ),
      ),
    decode(data) {
      const { size } = REGISTER_WRITE;
      const writes = Array.from({ length: data.length / size }, (_, index) =>
        REGISTER_WRITE.decode(data.subarray(index * size, (index + 1) * size)),
      ).filter((write) => write !== null);
      return writes.length > 0 && writes.length * size === data.length ? writes : null;
    },
  },
  timeoutMs: (writes, limits) =>
    limits.defaultMs + writes.reduce((sum, write) => sum + (write.delayMicroseconds ?? 0), 0) / 1000,
});

export interface ReadRegisterRequest {
  /** Of the word, in the chip's address space. */
  address: number;
}

/** Reads a word. Reply value: the word. */
export const READ_REG: Command<ReadRegisterRequest, number> = command("READ_REG", {
  opcode: 0x0a,
  doing: "read a register",
  request: layout<ReadRegisterRequest>({ address: u32 }),
  decodeReply: (_data, value) => value,
});

export interface FlashParametersRequest {
  /** 0. */
  id: number;
  /** Of the whole flash. */
  sizeBytes: number;
  /** 0x10000. */
  blockSize: number;
  /** 0x1000. */
  sectorSize: number;
  /** 0x100. */
  pageSize: number;
  /** 0xffff. */
  statusMask: number;
}

/** Tells the size of the flash and how it is divided; needed before anything beyond what the loader assumes. */
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
});

export interface SpiAttachRequest {
  /** 0 = default pins, 1 = HSPI, else five packed pin numbers (fact sheet 3.10). */
  pins: number;
  /** Four zero bytes that the ROM wants and the stub refuses. */
  legacy?: number | undefined;
}

/** Connects the flash to the SPI controller, by the usual pins or others. */
export const SPI_ATTACH: Command<SpiAttachRequest, Nothing> = command("SPI_ATTACH", {
  opcode: 0x0d,
  doing: "attach the flash",
  request: layout<SpiAttachRequest>({ pins: u32, legacy: optional(u32) }),
});

export interface ReadFlashSlowRequest {
  /** Flash address of the first byte. */
  address: number;
  /** At most 64; the reply is 64 bytes whatever was asked. */
  sizeBytes: number;
}
export const READ_FLASH_SLOW_LENGTH = 64;

/** Reads up to 64 bytes of flash. Reply data: always 64 bytes, what was not asked for at the end. */
export const READ_FLASH_SLOW: Command<ReadFlashSlowRequest, Uint8Array> = command("READ_FLASH_SLOW", {
  opcode: 0x0e,
  doing: "read flash through the ROM",
  request: layout<ReadFlashSlowRequest>({ address: u32, sizeBytes: u32 }),
  replyLengths: [READ_FLASH_SLOW_LENGTH],
  decodeReply: (data) => data,
});

export interface ChangeBaudRequest {
  /** The new rate. */
  baudRate: number;
  /** Stub: the rate in use; ROM: 0. */
  currentBaudRate: number;
}

/** Changes the baud rate; the answer still comes at the old one. */
export const CHANGE_BAUDRATE: Command<ChangeBaudRequest, Nothing> = command("CHANGE_BAUDRATE", {
  opcode: 0x0f,
  doing: "change the baud rate",
  request: layout<ChangeBaudRequest>({ baudRate: u32, currentBaudRate: u32 }),
});

/** As FLASH_BEGIN, for data compressed with zlib. To a ROM the size is given rounded up to a multiple of 0x400. */
export const FLASH_DEFL_BEGIN: Command<FlashBeginRequest, Nothing> = command("FLASH_DEFL_BEGIN", {
  opcode: 0x10,
  doing: "begin a compressed flash write",
  request: BEGIN,
});

/** One block of the compressed stream. It may unpack to more than is written at once. */
export const FLASH_DEFL_DATA: Command<DataRequest, Nothing> = command("FLASH_DEFL_DATA", {
  opcode: 0x11,
  doing: "write a compressed block to flash",
  request: DATA,
  checksummed: afterDataHeader,
});

/** Ends a compressed write; otherwise as FLASH_END. */
export const FLASH_DEFL_END: Command<EndRequest, Nothing> = command("FLASH_DEFL_END", {
  opcode: 0x12,
  doing: "finish the compressed flash write",
  request: END,
});

export interface FlashRangeRequest {
  /** Flash address of the first byte. */
  address: number;
  /** How many bytes. */
  sizeBytes: number;
  /** 0. */
  reserved1: number;
  /** 0. */
  reserved2: number;
}

/** Has the chip compute the MD5 of flash. Reply data: 32 hexadecimal digits from a ROM, 16 bytes from a stub. */
export const SPI_FLASH_MD5: Command<FlashRangeRequest, Uint8Array<ArrayBuffer>> = command("SPI_FLASH_MD5", {
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

/** Reads flags of security features, key purposes and the chip id. Reply data: 20 bytes, from the ESP32-S2 12. */
export const GET_SECURITY_INFO: Command<Empty, SecurityInfo | null> = command("GET_SECURITY_INFO", {
  opcode: 0x14,
  doing: "read the security information",
  request: EMPTY,
  replyLengths: [20, 12],
  decodeReply: decodeSecurityInfo,
});

/** Erases the whole flash; the answer comes when that is done. */
export const ERASE_FLASH: Command<Empty, Nothing> = command("ERASE_FLASH", {
  opcode: 0xd0,
  doing: "erase the flash",
  request: EMPTY,
  timeoutMs: (_request, limits) => limits.chipEraseMs,
});

export interface EraseRegionRequest {
  /** Flash address, a multiple of the erase unit. */
  address: number;
  /** A multiple of the erase unit. */
  sizeBytes: number;
}

/** Erases whole sectors of 4096 bytes; the answer comes when that is done. */
export const ERASE_REGION: Command<EraseRegionRequest, Nothing> = command("ERASE_REGION", {
  opcode: 0xd1,
  doing: "erase a region of flash",
  request: layout<EraseRegionRequest>({ address: u32, sizeBytes: u32 }),
  timeoutMs: ({ sizeBytes }, limits) => scaledTimeout(limits, limits.eraseRegionMsPerMegabyte, sizeBytes),
});

export interface ReadFlashRequest {
  /** Flash address of the first byte. */
  address: number;
  /** How many bytes. */
  sizeBytes: number;
  /** At most 4096. */
  blockSize: number;
  /** The stub keeps one block in flight whatever is asked. */
  maximumInFlight: number;
}

/**
 * Reads flash. The reply is followed by frames that are no packets: the data, each acknowledged by a frame of four bytes
 * with the total received, then 16 bytes of MD5 (fact sheet 3.12).
 */
export const READ_FLASH: Command<ReadFlashRequest, Nothing> = command("READ_FLASH", {
  opcode: 0xd2,
  doing: "read flash",
  request: layout<ReadFlashRequest>({ address: u32, sizeBytes: u32, blockSize: u32, maximumInFlight: u32 }),
});

/** Leaves the stub for the application in flash. There is no reply. */
export const RUN_USER_CODE: Command<Empty, Nothing> = command("RUN_USER_CODE", {
  opcode: 0xd3,
  doing: "run the user code",
  request: EMPTY,
});

/** What a stub sends, as a raw frame, when it runs. */
export const STUB_GREETING: Uint8Array = Uint8Array.of(0x4f, 0x48, 0x41, 0x49);
