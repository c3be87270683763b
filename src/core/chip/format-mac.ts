import { toHex } from "../bytes/hex.ts";
import { type ByteSource, checkBytes } from "../check/bytes.ts";

export function formatMac(bytes: ByteSource): string {
  const address = checkBytes(bytes, "bytes");
  return toHex(address, ":");
}
