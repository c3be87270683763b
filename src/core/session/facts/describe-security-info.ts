import { checkBytes } from "../../check/bytes.ts";
import { type Check, orNull } from "../../check/check.ts";
import { checkWord } from "../../check/numbers.ts";
import { hasParts, shape } from "../../check/shapes.ts";
import { checkObject } from "../../check/values.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { GET_SECURITY_INFO } from "../../wire/commands.ts";
import { SECURITY_FLAG, type SecurityInfo } from "../../wire/security-info.ts";
import { checkSession } from "../check-session.ts";
import type { LiveSession, Session } from "../session.ts";
import { operation } from "../talk/operation.ts";
import { repeatable } from "../talk/resynchronise.ts";

export interface KeyPurpose {
  /** Number of the eFuse key block: 0 for BLOCK_KEY0. */
  readonly block: number;
  readonly code: number;
  /** Null when this chip's table does not have the code. */
  readonly name: string | null;
}

/** The security information of a chip in words. */
export interface SecurityDescription {
  readonly flags: number;
  readonly secureBoot: boolean;
  /** Keys are revoked as soon as a signature made with them does not verify. */
  readonly aggressiveRevoke: boolean;
  /** Numbers of the secure boot keys, 0 to 2, that count no more. */
  readonly revokedKeys: readonly number[];
  readonly secureDownload: boolean;
  readonly flashEncryption: boolean;
  readonly flashCryptCount: number;
  readonly jtagSoftDisabled: boolean;
  readonly jtagHardDisabled: boolean;
  readonly usbDisabled: boolean;
  readonly downloadDcacheDisabled: boolean;
  readonly downloadIcacheDisabled: boolean;
  /** Null on chips without a table of purposes (ESP32-C2). */
  readonly keyPurposes: readonly KeyPurpose[] | null;
  /** As the chip sent them, seven bytes. */
  readonly rawKeyPurposes: Uint8Array<ArrayBuffer>;
  /** Null on the ESP32-S2, which does not send them. */
  readonly chipId: number | null;
  readonly apiVersion: number | null;
}

/**
 * What the chip says of its security settings; works in Secure Download Mode too. Throws `chip.not-supported` on chips
 * whose ROM has no such command (ESP8266, ESP32), `link.*`.
 */
export async function readSecurityInfo(session: Session): Promise<SecurityDescription> {
  const live = checkSession(session, "session");
  const { chip } = live;
  if (!chip.rom.hasSecurityInfo)
    throw new EspError("chip.not-supported", `The ${chip.name} has no security information to be asked for.`, {
      hint: "Its security settings are in its eFuses.",
      details: { chip: chip.id },
    });
  return await operation(live, undefined, async () =>
    describeSecurityInfo(live.securityInfo ?? (await askAgain(live)), chip),
  );
}

/** Detection goes without it when the chip could be told otherwise. */
async function askAgain(session: LiveSession): Promise<SecurityInfo> {
  const info = await repeatable(session, () => session.link.exchange(GET_SECURITY_INFO, {}));
  if (info !== null) return info;
  throw new EspError("link.reply-short", "The security information has a length that is none.");
}

const checkInfo: Check<SecurityInfo> = shape<SecurityInfo>({
  flags: checkWord,
  flashCryptCount: checkWord,
  keyPurposes: checkBytes,
  chipId: orNull(checkWord),
  apiVersion: orNull(checkWord),
});
const checkSecurityTable: Check<Pick<ChipDescriptor, "security">> = hasParts<Pick<ChipDescriptor, "security">>(
  "a chip's descriptor, as chipById gives it",
  { security: checkObject },
);

/** Pure: names for everything in the reply (fact sheet 3.4, 4.4). */
export function describeSecurityInfo(info: SecurityInfo, chip: Pick<ChipDescriptor, "security">): SecurityDescription {
  const known = checkInfo(info, "info");
  checkSecurityTable(chip, "chip");
  const has = (flag: keyof typeof SECURITY_FLAG): boolean => (known.flags & SECURITY_FLAG[flag]) !== 0;
  const revoked = [has("keyRevoked0"), has("keyRevoked1"), has("keyRevoked2")];
  return {
    flags: known.flags,
    secureBoot: has("secureBootEnabled"),
    aggressiveRevoke: has("aggressiveRevoke"),
    revokedKeys: [0, 1, 2].filter((key) => revoked[key]),
    secureDownload: has("secureDownloadEnabled"),
    flashEncryption: isOdd(known.flashCryptCount),
    flashCryptCount: known.flashCryptCount,
    jtagSoftDisabled: has("jtagSoftDisabled"),
    jtagHardDisabled: has("jtagHardDisabled"),
    usbDisabled: has("usbDisabled"),
    downloadDcacheDisabled: has("downloadDcacheDisabled"),
    downloadIcacheDisabled: has("downloadIcacheDisabled"),
    keyPurposes: describePurposes(known, chip),
    rawKeyPurposes: known.keyPurposes,
    chipId: known.chipId,
    apiVersion: known.apiVersion,
  };
}

/** The reply has seven bytes whatever the chip; only as many count as the chip has key blocks. */
function describePurposes(
  { keyPurposes }: SecurityInfo,
  { security }: Pick<ChipDescriptor, "security">,
): readonly KeyPurpose[] | null {
  const names = security.keyPurposes;
  if (Object.keys(names).length === 0) return null;
  return security.keyPurposeFields.map((_field, block) => {
    const code = keyPurposes[block] ?? 0;
    return { block, code, name: names[code] ?? null };
  });
}

/** Each bit burned into the counter switches encryption on or off. */
function isOdd(count: number): boolean {
  let ones = 0;
  for (let rest = count; rest > 0; rest >>>= 1) ones += rest & 1;
  return ones % 2 === 1;
}
