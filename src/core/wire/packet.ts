import { readU16, readU32, writeU16, writeU32 } from "../bytes/words.ts";

/** Fact sheet 3.2: an 8-byte header, then data. */
const HEADER = 8;
const REQUEST = 0x00;
const REPLY = 0x01;

export interface RequestPacket {
  readonly opcode: number;
  /** Only its low byte is used; 0 where the command has no checksum. */
  readonly checksum: number;
  readonly data: Uint8Array;
}

export interface ReplyPacket {
  readonly opcode: number;
  readonly value: number;
  /** Reply data followed by the status bytes. */
  readonly data: Uint8Array;
}

export function encodeRequest(packet: RequestPacket): Uint8Array {
  const bytes = new Uint8Array(HEADER + packet.data.length);
  bytes[0] = REQUEST;
  bytes[1] = packet.opcode;
  writeU16(bytes, 2, packet.data.length);
  writeU32(bytes, 4, packet.checksum);
  bytes.set(packet.data, HEADER);
  return bytes;
}

/** Null when the frame is no request: wrong direction byte, or a length that does not match. */
export function decodeRequest(frame: Uint8Array): RequestPacket | null {
  if (frame.length < HEADER || frame[0] !== REQUEST) return null;
  if (readU16(frame, 2) !== frame.length - HEADER) return null;
  return { opcode: frame[1] as number, checksum: readU32(frame, 4), data: frame.subarray(HEADER) };
}

export function encodeReply(packet: ReplyPacket): Uint8Array {
  const bytes = new Uint8Array(HEADER + packet.data.length);
  bytes[0] = REPLY;
  bytes[1] = packet.opcode;
  writeU16(bytes, 2, packet.data.length);
  writeU32(bytes, 4, packet.value);
  bytes.set(packet.data, HEADER);
  return bytes;
}

/** Null when the frame is no reply: noise between two delimiters, an echoed request, a raw data frame. */
export function decodeReply(frame: Uint8Array): ReplyPacket | null {
  if (frame.length < HEADER || frame[0] !== REPLY) return null;
  if (readU16(frame, 2) !== frame.length - HEADER) return null;
  return { opcode: frame[1] as number, value: readU32(frame, 4), data: frame.subarray(HEADER) };
}
