import { type Layout, layout, u8, u16, u32 } from "../bytes/layout.ts";
import { concatBytes, readU16, readU32 } from "../bytes/words.ts";

/** Fact sheet 3.2: an 8-byte header, then data. */
interface PacketHeader {
  /** 0: request, 1: reply. */
  direction: number;
  /** Of the command; a reply repeats it. */
  opcode: number;
  /** Bytes of data behind this header, of a reply with its status. */
  length: number;
  /** Of a request the checksum of its data, in the low byte, where the command has one; of a reply a value. */
  value: number;
}

export const PACKET_HEADER: Layout<PacketHeader> = layout<PacketHeader>({
  direction: u8,
  opcode: u8,
  length: u16,
  value: u32,
});
const HEADER: number = PACKET_HEADER.size;
const REQUEST = 0x00;
const REPLY = 0x01;

export interface RequestPacket {
  readonly opcode: number;
  /** Only its low byte is used; 0 where the command has no checksum. */
  readonly checksum: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

export interface ReplyPacket {
  readonly opcode: number;
  readonly value: number;
  /** Reply data followed by the status bytes. */
  readonly data: Uint8Array<ArrayBuffer>;
}

function encode(header: Omit<PacketHeader, "length">, data: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes([PACKET_HEADER.encode({ ...header, length: data.length }), data]);
}

export function encodeRequest({ opcode, checksum, data }: RequestPacket): Uint8Array<ArrayBuffer> {
  return encode({ direction: REQUEST, opcode, value: checksum }, data);
}

/** Null when the frame is no request: wrong direction byte, or a length that does not match. */
export function decodeRequest(frame: Uint8Array<ArrayBuffer>): RequestPacket | null {
  if (frame.length < HEADER || frame[0] !== REQUEST) return null;
  if (readU16(frame, 2) !== frame.length - HEADER) return null;
  return { opcode: frame[1] as number, checksum: readU32(frame, 4), data: frame.subarray(HEADER) };
}

export function encodeReply({ opcode, value, data }: ReplyPacket): Uint8Array<ArrayBuffer> {
  return encode({ direction: REPLY, opcode, value }, data);
}

/** Null when the frame is no reply: noise between two delimiters, an echoed request, a raw data frame. */
export function decodeReply(frame: Uint8Array<ArrayBuffer>): ReplyPacket | null {
  if (frame.length < HEADER || frame[0] !== REPLY) return null;
  if (readU16(frame, 2) !== frame.length - HEADER) return null;
  return { opcode: frame[1] as number, value: readU32(frame, 4), data: frame.subarray(HEADER) };
}
