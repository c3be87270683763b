import type { SecurityDescription } from "../../../index.ts";
import type { RunCommand } from "../../context.ts";
import { hex32 } from "../../show/numbers.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = (context) =>
  withSession(context, async (session) => {
    const { readSecurityInfo } = await import("../../../index.ts");
    const info = await readSecurityInfo(session);
    for (const line of securityLines(info)) context.print(line);
    return { ...sessionFields(session), security: { ...info, rawKeyPurposes: [...info.rawKeyPurposes] } };
  });

const TITLE = "Security Information:";

/** Fact sheet 1.7. What is off by default is told only when it is on. */
export function securityLines(info: SecurityDescription): string[] {
  return [
    "",
    TITLE,
    "=".repeat(TITLE.length),
    `Flags: ${hex32(info.flags)} (0b${info.flags.toString(2)})`,
    ...purposeLines(info),
    ...(info.chipId === null ? [] : [`Chip ID: ${info.chipId}`]),
    ...(info.apiVersion === null ? [] : [`API Version: ${info.apiVersion}`]),
    `Secure Boot: ${enabled(info.secureBoot)}`,
    ...(info.aggressiveRevoke ? ["Secure Boot Aggressive Key Revocation: Enabled"] : []),
    ...(info.revokedKeys.length === 0 ? [] : [`Secure Boot Revoked Keys: ${info.revokedKeys.join(", ")}`]),
    ...(info.secureDownload ? ["Secure Download Mode: Enabled"] : []),
    `Flash Encryption: ${enabled(info.flashEncryption)}`,
    `SPI Boot Crypt Count (SPI_BOOT_CRYPT_CNT): 0x${info.flashCryptCount.toString(16)}`,
    ...(info.downloadDcacheDisabled ? ["Dcache in UART download mode: Disabled"] : []),
    ...(info.downloadIcacheDisabled ? ["Icache in UART download mode: Disabled"] : []),
    ...jtagLines(info),
    ...(info.usbDisabled ? ["USB Access: Disabled"] : []),
  ];
}

const enabled = (on: boolean): string => (on ? "Enabled" : "Disabled");

function purposeLines({ keyPurposes, rawKeyPurposes }: SecurityDescription): string[] {
  if (keyPurposes === null) return [];
  return [
    `Key Purposes: (${rawKeyPurposes.join(", ")})`,
    ...keyPurposes.map(({ block, name }) => `  BLOCK_KEY${block} - ${name ?? "UNKNOWN"}`),
  ];
}

function jtagLines({ jtagHardDisabled, jtagSoftDisabled }: SecurityDescription): string[] {
  if (jtagHardDisabled) return ["JTAG: Permanently Disabled"];
  return jtagSoftDisabled ? ["JTAG: Software Access Disabled"] : [];
}
