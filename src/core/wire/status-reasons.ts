/** Reasons in the status bytes after a reply's data (fact sheet 3.2), in our words, besides `DAMAGED_REASONS`. High byte 1: ROM, C0 and up: stub. */
export const STATUS_REASONS: ReadonlyMap<number, string> = new Map([
  [0x0100, "undefined error"],
  [0x0101, "a parameter is invalid"],
  [0x0102, "out of memory"],
  [0x0103, "sending failed"],
  [0x0104, "receiving failed"],
  [0x0105, "the message has the wrong format or the command is unknown"],
  [0x0106, "the message is correct but its execution failed"],
  [0x0108, "flash write error"],
  [0x0109, "flash read error"],
  [0x010a, "flash read length error"],
  [0x010b, "decompression failed"],
  [0x010c, "wrong Adler-32 after decompression"],
  [0x010d, "wrong decompression parameter"],
  [0x010e, "wrong size for RAM"],
  [0x010f, "wrong address for RAM"],
  [0x0164, "invalid parameter"],
  [0x0165, "invalid format"],
  [0x0166, "description too long"],
  [0x0167, "bad encoding of the description"],
  [0x0169, "not enough storage"],
  [0xc200, "wrong block size"],
  [0xc300, "invalid command"],
  [0xc400, "an SPI operation failed"],
  [0xc500, "the SPI flash cannot be unlocked"],
  [0xc600, "no flash operation was begun"],
  [0xc700, "decompression failed"],
  [0xc800, "not enough data"],
  [0xc900, "too much data"],
  [0xca00, "NAND program failed"],
  [0xcb00, "NAND erase failed"],
  [0xff00, "the command is not implemented"],
]);

/** The sentence part for a status; unknown ones are shown as a number. */
export function statusReason(status: number): string {
  return STATUS_REASONS.get(status) ?? `unknown reason 0x${status.toString(16).padStart(4, "0")}`;
}
