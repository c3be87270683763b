import { EspError } from "../../errors.ts";
import type { SecurityFacts } from "../setup/flash-memo.ts";
import type { GuardedFile, WriteFacts } from "./guard.ts";

/** What must not be done to a chip whose security features are on; loaded for such chips alone. */

/** ESP32: bootloader, its digest and the partition table lie below (fact sheet 6.1). */
const SECURE_BOOT_V1_END = 0x8000;
const KEY_MANAGER_END = 0x2000;

/** The first reason not to write these files, or null. */
export function guardSecurity(files: readonly GuardedFile[], facts: WriteFacts): EspError | null {
  const { security, secureDownload } = facts;
  // Who has some of the files encrypted by the chip knows what is on, and means the others to be plain.
  const isPlain = !files.some(({ encrypted }) => encrypted === true);
  if (secureDownload)
    return isPlain && security.flashEncryption
      ? new EspError(
          "flash.guard-encryption",
          "Flash encryption and Secure Download Mode are on: plain data would not run on this chip.",
          {
            hint: "Encrypt the data on the computer before; it can be forced to be written as it is.",
            remedies: ["force"],
            details: { secureDownload },
          },
        )
      : null;
  if (security.secureBootV1 && files.some(({ address }) => address < SECURE_BOOT_V1_END))
    return new EspError(
      "flash.guard-secure-boot",
      "Secure Boot V1 is on: writing below 0x8000 would make the chip unusable.",
      {
        hint:
          "Leave bootloader and partition table alone, write the application only. By force they are written, for " +
          "who made a bootloader with this chip's own key.",
        remedies: ["force"],
      },
    );
  if (security.flashEncryption && security.keyManager && files.some(({ address }) => address < KEY_MANAGER_END))
    return new EspError(
      "flash.guard-key-manager",
      "Flash encryption takes its key from the Key Manager, whose data lies below 0x2000.",
      {
        hint:
          "Choose addresses from 0x2000 on: without that data the flash is unreadable for good. By force it " +
          "is overwritten.",
        remedies: ["force"],
      },
    );
  if (isPlain && security.flashEncryption && security.manualEncryptDisabled)
    return new EspError(
      "flash.guard-encryption",
      "Flash encryption is on and encrypting while downloading is disabled: plain data would not run on this chip.",
      {
        hint: "Encrypt the data on the computer before; it can be forced to be written as it is.",
        remedies: ["force"],
        details: { secureDownload },
      },
    );
  return null;
}

/** What will stand in flash of a file, header and all. */
interface PlannedFile {
  /** In the list that was given. */
  readonly index: number;
  readonly name: string;
  readonly address: number;
  readonly data: Uint8Array;
}

/** Plans the files of the list that are left, as `writeFlash` does before it writes, and throws what it throws. */
type PlanAgain = (isLeft: (file: unknown, index: number) => boolean) => Promise<readonly PlannedFile[]>;

/**
 * What ran on the chip while the connection was lost may have turned security features on: what was planned before and is not
 * written yet is judged by them then. Throws as `planAgain`, and `flash.guard-secure-boot` for a file whose header would be
 * another one now: it was to be changed, and a signature no longer holds then.
 */
export async function judgeAgain(
  { security, now }: { readonly security: SecurityFacts; readonly now: SecurityFacts },
  planned: readonly PlannedFile[],
  planAgain: PlanAgain,
): Promise<void> {
  if (Object.entries(now).every(([name, value]) => value === security[name as keyof SecurityFacts])) return;
  const again = await planAgain((_, index) => planned.some((file) => file.index === index));
  const other = planned.find(({ data }, at) => data.some((byte, index) => byte !== again[at]?.data[index]));
  if (other === undefined) return;
  const { name: file, address } = other;
  throw new EspError(
    "flash.guard-secure-boot",
    `Security features were turned on while the connection was lost, and the header of '${file}' was to be changed.`,
    { hint: "Write again: headers stay as they are then.", details: { file, address } },
  );
}

/** Erasing takes away what security features stand on (fact sheet 1.7), or null when nothing speaks against it. */
export function guardErase(
  { security, secureDownload }: Pick<WriteFacts, "security" | "secureDownload">,
  region: { readonly address: number } | null,
): EspError | null {
  if (secureDownload) return null;
  if (region !== null && security.flashEncryption && security.keyManager && region.address < KEY_MANAGER_END)
    return new EspError(
      "flash.guard-key-manager",
      "Flash encryption takes its key from the Key Manager, whose data lies below 0x2000.",
      {
        hint: "Choose a region from 0x2000 on: without that data the flash is unreadable for good. It can be erased by force.",
        remedies: ["force"],
      },
    );
  if (!security.flashEncryption && !security.secureBoot) return null;
  return new EspError("flash.security-active", "Active security features detected, erasing flash is disabled.", {
    hint:
      "Write what is to be replaced over the old contents: erased, the chip may never start again. By force it " +
      "is erased all the same.",
    remedies: ["force"],
    details: { flashEncryption: security.flashEncryption, secureBoot: security.secureBoot },
  });
}
