/** ROM: the command is not known to it (also the answer to anything forbidden in Secure Download Mode). */
export const ROM_UNSUPPORTED_REASON = 0x05;
/** Stub: an opcode it knows but has no code for. */
export const STUB_NOT_IMPLEMENTED = 0xff00;
export const STUB_INVALID_COMMAND = 0xc300;

/** What a request that came damaged is answered with. Such a request is sent again: no words are loaded for that. */
export const DAMAGED_REASONS: ReadonlyMap<number, string> = new Map([
  [0x0107, "wrong checksum"],
  [0xc000, "wrong length of data"],
  [0xc100, "wrong checksum of data"],
]);
