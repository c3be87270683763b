import { bytesOf, type Layout, layout, u8, u32 } from "../bytes/layout.ts";

/** Reply of GET_SECURITY_INFO (fact sheet 3.4); the ESP32-S2 sends it without the last two words. */
export interface SecurityInfo {
  readonly flags: number;
  readonly flashCryptCount: number;
  /** Seven bytes, the last unused. */
  readonly keyPurposes: Uint8Array<ArrayBuffer>;
  readonly chipId: number | null;
  readonly apiVersion: number | null;
}

interface ShortInfo {
  /** Bits as below. */
  flags: number;
  /** Flash encryption is on when an odd number of its bits is set. */
  flashCryptCount: number;
  /** Purpose codes of six key blocks; the last byte is not used. */
  keyPurposes: Uint8Array<ArrayBuffer>;
}
interface LongInfo extends ShortInfo {
  /** As in image headers. */
  chipId: number;
  /** Version of this command. */
  apiVersion: number;
}

const SHORT: Layout<ShortInfo> = layout<ShortInfo>({ flags: u32, flashCryptCount: u8, keyPurposes: bytesOf(7) });
/** As all chips but the ESP32-S2 send it. */
export const LONG: Layout<LongInfo> = layout<LongInfo>({
  flags: u32,
  flashCryptCount: u8,
  keyPurposes: bytesOf(7),
  chipId: u32,
  apiVersion: u32,
});

const SECURE_BOOT_ENABLED = 0x1;
const SECURE_DOWNLOAD_ENABLED = 0x4;

/** Bits of `flags`. */
export const SECURITY_FLAG = {
  secureBootEnabled: SECURE_BOOT_ENABLED as 0x1,
  aggressiveRevoke: 0x2,
  secureDownloadEnabled: SECURE_DOWNLOAD_ENABLED as 0x4,
  keyRevoked0: 0x8,
  keyRevoked1: 0x10,
  keyRevoked2: 0x20,
  jtagSoftDisabled: 0x40,
  jtagHardDisabled: 0x80,
  usbDisabled: 0x100,
  downloadDcacheDisabled: 0x200,
  downloadIcacheDisabled: 0x400,
} as const;

/** False where the ROM does not tell. */
export function tellsSecureBoot(info: SecurityInfo | null): boolean {
  return ((info?.flags ?? 0) & SECURE_BOOT_ENABLED) !== 0;
}

/** False where the ROM does not tell. */
export function tellsSecureDownload(info: SecurityInfo | null): boolean {
  return ((info?.flags ?? 0) & SECURE_DOWNLOAD_ENABLED) !== 0;
}

/** Null when the length is neither 12 nor 20. */
export function decodeSecurityInfo(data: Uint8Array): SecurityInfo | null {
  const long = LONG.decode(data);
  if (long !== null) return long;
  const short = SHORT.decode(data);
  return short === null ? null : { ...short, chipId: null, apiVersion: null };
}

/** 20 bytes, or 12 when the info has no chip id. */
export function encodeSecurityInfo(info: SecurityInfo): Uint8Array<ArrayBuffer> {
  if (info.chipId === null || info.apiVersion === null) return SHORT.encode(info);
  return LONG.encode({ ...info, chipId: info.chipId, apiVersion: info.apiVersion });
}
