import { readField } from "../../core/chip/read-field.ts";
import { encodeSecurityInfo, SECURITY_FLAG } from "../../core/wire/security-info.ts";
import type { LoaderHost } from "../machine/loader-host.ts";
import { secureBootEnabled } from "../silicon/silicon.ts";

/** The reply of GET_SECURITY_INFO, read from the eFuses as the ROM does it: 12 bytes on the ESP32-S2, else 20. */
export function securityInfoOf({ chip, silicon, space, secureDownload }: LoaderHost): Uint8Array {
  const word = (register: number): number => space.readWord(register);
  const { cryptCount, keyPurposeFields } = chip.security;
  const keyPurposes = new Uint8Array(7);
  keyPurposeFields.forEach((field, index) => {
    keyPurposes[index] = readField(field, word);
  });
  // Seen on an ESP32-C3: the unused seventh byte holds 0C.
  keyPurposes[6] = 0x0c;
  const flags =
    (secureBootEnabled(chip, word) ? SECURITY_FLAG.secureBootEnabled : 0) |
    (secureDownload ? SECURITY_FLAG.secureDownloadEnabled : 0) |
    silicon.securityFlags;
  const hasId = chip.rom.securityInfoLength !== 12;
  return encodeSecurityInfo({
    flags: flags >>> 0,
    flashCryptCount: cryptCount === null ? 0 : readField(cryptCount, word),
    keyPurposes,
    chipId: hasId ? chip.imageChipId : null,
    apiVersion: hasId ? silicon.apiVersion : null,
  });
}
