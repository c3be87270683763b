import type { SecurityDescription } from "../../index.ts";

export type SecurityInfoFlagName =
  | "SECURE_BOOT_EN"
  | "SECURE_BOOT_AGGRESSIVE_REVOKE"
  | "SECURE_DOWNLOAD_ENABLE"
  | "SECURE_BOOT_KEY_REVOKE0"
  | "SECURE_BOOT_KEY_REVOKE1"
  | "SECURE_BOOT_KEY_REVOKE2"
  | "SOFT_DIS_JTAG"
  | "HARD_DIS_JTAG"
  | "DIS_USB"
  | "DIS_DOWNLOAD_DCACHE"
  | "DIS_DOWNLOAD_ICACHE";

/** The bits of `flags`, by their names in esptool-js. */
export const SECURITY_INFO_FLAG_MAP: Readonly<Record<SecurityInfoFlagName, number>> = {
  SECURE_BOOT_EN: 1 << 0,
  SECURE_BOOT_AGGRESSIVE_REVOKE: 1 << 1,
  SECURE_DOWNLOAD_ENABLE: 1 << 2,
  SECURE_BOOT_KEY_REVOKE0: 1 << 3,
  SECURE_BOOT_KEY_REVOKE1: 1 << 4,
  SECURE_BOOT_KEY_REVOKE2: 1 << 5,
  SOFT_DIS_JTAG: 1 << 6,
  HARD_DIS_JTAG: 1 << 7,
  DIS_USB: 1 << 8,
  DIS_DOWNLOAD_DCACHE: 1 << 9,
  DIS_DOWNLOAD_ICACHE: 1 << 10,
};

export type ParsedSecurityFlags = Record<SecurityInfoFlagName, boolean>;

export interface SecurityInfo {
  flags: number;
  flashCryptCnt: number;
  keyPurposes: number[];
  chipId: number | null;
  apiVersion: number | null;
  parsedFlags: ParsedSecurityFlags;
}

export function securityInfoOf(description: SecurityDescription): SecurityInfo {
  const { flags, flashCryptCount, rawKeyPurposes, chipId, apiVersion } = description;
  const parsed = Object.entries(SECURITY_INFO_FLAG_MAP).map(([name, bit]) => [name, (flags & bit) !== 0]);
  return {
    flags,
    flashCryptCnt: flashCryptCount,
    keyPurposes: [...rawKeyPurposes],
    chipId,
    apiVersion,
    parsedFlags: Object.fromEntries(parsed) as ParsedSecurityFlags,
  };
}
