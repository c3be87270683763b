/** `0x00010000`. */
export function hex32(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, "0")}`;
}

/** `1.3 seconds`. */
export function seconds(elapsedMs: number): string {
  return `${(elapsedMs / 1000).toFixed(1)} seconds`;
}

/** `123.4 kbit/s`; a clock that did not move gives no rate. */
export function rate(sizeBytes: number, elapsedMs: number): string {
  return elapsedMs > 0 ? ` (${((sizeBytes * 8) / elapsedMs).toFixed(1)} kbit/s)` : "";
}

export function hexBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
