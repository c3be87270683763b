/** ROM: the command is not known to it (also the answer to anything forbidden in Secure Download Mode). */
export const ROM_UNSUPPORTED_REASON = 0x05;
/** Stub: an opcode it knows but has no code for. */
export const STUB_NOT_IMPLEMENTED = 0xff00;
export const STUB_INVALID_COMMAND = 0xc300;
