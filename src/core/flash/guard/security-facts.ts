import { readField } from "../../chip/read-field.ts";
import type { RegisterField } from "../../chip/types.ts";
import type { LiveSession } from "../../session/session.ts";
import { readWords } from "../../session/talk/registers.ts";
import { SECURITY_FLAG } from "../../wire/security-info.ts";
import { flashMemo, type SecurityFacts } from "../setup/flash-memo.ts";

const NONE: SecurityFacts = {
  flashEncryption: false,
  manualEncryptDisabled: false,
  secureBoot: false,
  secureBootV1: false,
  keyManager: false,
};

/** Read once a session. In Secure Download Mode only what GET_SECURITY_INFO tells is known. */
export async function readSecurityFacts(session: LiveSession): Promise<SecurityFacts> {
  const memo = flashMemo(session);
  memo.security ??= session.traits.canReadRegisters ? await factsFromFuses(session) : factsFromInfo(session);
  return memo.security;
}

async function factsFromFuses(session: LiveSession): Promise<SecurityFacts> {
  const { security } = session.chip;
  const { cryptCount, manualEncryptDisabled, secureBootV1, secureBootV2, keyManager } = security;
  const fields = [cryptCount, manualEncryptDisabled, secureBootV1, secureBootV2, keyManager];
  const registers = fields.flatMap((field) => (field === null ? [] : [field.register]));
  const word = await readWords(session, [...new Set(registers)]);
  const value = (field: RegisterField | null): number => (field === null ? 0 : readField(field, word));
  const v1 = value(secureBootV1) !== 0;
  const revision = session.identity?.revision ?? 0;
  const v2 = secureBootV2 !== null && revision >= secureBootV2.sinceRevision && value(secureBootV2) !== 0;
  return {
    flashEncryption: hasOddBits(value(cryptCount)),
    manualEncryptDisabled: value(manualEncryptDisabled) !== 0,
    secureBoot: v1 || v2,
    secureBootV1: v1,
    keyManager: value(keyManager) !== 0,
  };
}

function factsFromInfo({ securityInfo }: LiveSession): SecurityFacts {
  if (securityInfo === null) return NONE;
  return {
    ...NONE,
    flashEncryption: hasOddBits(securityInfo.flashCryptCount),
    secureBoot: (securityInfo.flags & SECURITY_FLAG.secureBootEnabled) !== 0,
  };
}

/** True when an odd number of bits is set. */
export function hasOddBits(value: number): boolean {
  let odd = false;
  for (let rest = value >>> 0; rest !== 0; rest &= rest - 1) odd = !odd;
  return odd;
}
