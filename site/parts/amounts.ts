/** Numbers as people read them. */

const UNITS = ["B", "KB", "MB", "GB"] as const;

/** `1.5 MB`, `24 KB`: of 1024 each, as the sizes of flash are. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = Number.isInteger(value) || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

export function addressText(address: number): string {
  return `0x${address.toString(16)}`;
}

/** `aa:bb:cc:dd:ee:ff`. */
export function macText(mac: Uint8Array): string {
  return [...mac].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** Seconds as `12 s` or `3:05 min`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")} min`;
}
