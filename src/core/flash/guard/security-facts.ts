import { readField } from "../../chip/read-field.ts";
import type { RegisterField } from "../../chip/types.ts";
import type { LiveSession } from "../../session/session.ts";
import { readWords } from "../../session/talk/registers.ts";
import { type SecurityInfo, tellsSecureBoot } from "../../wire/security-info.ts";
import { readWordsAhead } from "../setup/ask-both.ts";
import type { SecurityFacts } from "../setup/flash-memo.ts";

const NONE: SecurityFacts = {
  flashEncryption: false,
  manualEncryptDisabled: false,
  secureBoot: false,
  secureBootV1: false,
  keyManager: false,
};

/**
 * What the loader told of itself when it was connected to is enough where nothing is encrypted; else each word of the eFuses is
 * read, once a session. What matters only where data are encrypted is asked only where flash
 * encryption is on, or something `isEncrypting`; it is false otherwise. In Secure Download Mode only what GET_SECURITY_INFO
 * tells is known.
 */
export async function readSecurityFacts(session: LiveSession, isEncrypting: boolean = false): Promise<SecurityFacts> {
  const { security } = session.memory;
  const told = factsFromInfo(security ?? session.securityInfo);
  const isEnough = security !== null && !told.flashEncryption && !isEncrypting;
  return isEnough || !session.traits.canReadRegisters ? told : await factsFromFuses(session, isEncrypting);
}

async function factsFromFuses(session: LiveSession, isEncrypting: boolean): Promise<SecurityFacts> {
  const { cryptCount, manualEncryptDisabled, secureBootV1, secureBootV2, keyManager } = session.chip.security;
  const value = await readFields(session, [cryptCount, secureBootV1, secureBootV2]);
  const flashEncryption = hasOddBits(value(cryptCount));
  const isAsked = flashEncryption || isEncrypting;
  const further = isAsked ? await readFields(session, [manualEncryptDisabled, keyManager]) : () => 0;
  const v1 = value(secureBootV1) !== 0;
  const revision = session.identity?.revision ?? 0;
  const v2 = secureBootV2 !== null && revision >= secureBootV2.sinceRevision && value(secureBootV2) !== 0;
  return {
    flashEncryption,
    manualEncryptDisabled: further(manualEncryptDisabled) !== 0,
    secureBoot: v1 || v2,
    secureBootV1: v1,
    keyManager: further(keyManager) !== 0,
  };
}

type FieldValue = (field: RegisterField | null) => number;

async function readFields(session: LiveSession, fields: readonly (RegisterField | null)[]): Promise<FieldValue> {
  const registers = fields.flatMap((field) => (field === null ? [] : [field.register]));
  const addresses = [...new Set(registers)];
  await readWordsAhead(session, addresses);
  const word = await readWords(session, addresses);
  return (field) => (field === null ? 0 : readField(field, word));
}

function factsFromInfo(securityInfo: SecurityInfo | null): SecurityFacts {
  if (securityInfo === null) return NONE;
  return {
    ...NONE,
    flashEncryption: hasOddBits(securityInfo.flashCryptCount),
    secureBoot: tellsSecureBoot(securityInfo),
  };
}

/** True when an odd number of bits is set. */
export function hasOddBits(value: number): boolean {
  let odd = false;
  for (let rest = value >>> 0; rest !== 0; rest &= rest - 1) odd = !odd;
  return odd;
}
