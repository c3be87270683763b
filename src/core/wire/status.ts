/** Reasons in the status bytes after a reply's data (fact sheet 3.2), in our words. High byte 1: ROM, C0 and up: stub. */
const REASONS: Readonly<Record<number, string>> = {
  256: "undefined error",
  257: "a parameter is invalid",
  258: "out of memory",
  259: "sending failed",
  260: "receiving failed",
  261: "the message has the wrong format or the command is unknown",
  262: "the message is correct but its execution failed",
  263: "wrong checksum",
  264: "flash write error",
  265: "flash read error",
  266: "flash read length error",
  267: "decompression failed",
  268: "wrong Adler-32 after decompression",
  269: "wrong decompression parameter",
  270: "wrong size for RAM",
  271: "wrong address for RAM",
  356: "invalid parameter",
  357: "invalid format",
  358: "description too long",
  359: "bad encoding of the description",
  361: "not enough storage",
  49152: "wrong length of data",
  49408: "wrong checksum of data",
  49664: "wrong block size",
  49920: "invalid command",
  50176: "an SPI operation failed",
  50432: "the SPI flash cannot be unlocked",
  50688: "no flash operation was begun",
  50944: "decompression failed",
  51200: "not enough data",
  51456: "too much data",
  51712: "NAND program failed",
  51968: "NAND erase failed",
  65280: "the command is not implemented",
};

/** The sentence part for a status; unknown ones are shown as a number. */
export function statusReason(status: number): string {
  return REASONS[status] ?? `unknown reason 0x${status.toString(16).padStart(4, "0")}`;
}

/** ROM: the command is not known to it (also the answer to anything forbidden in Secure Download Mode). */
export const ROM_UNSUPPORTED_REASON = 0x05;
/** Stub: an opcode it knows but has no code for. */
export const STUB_NOT_IMPLEMENTED = 0xff00;
export const STUB_INVALID_COMMAND = 0xc300;
