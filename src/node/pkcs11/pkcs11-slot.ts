import { EspError } from "../../core/errors.ts";
import { CK, type Pkcs11Binding, readUnsignedLong, type TokenInfo } from "./pkcs11-binding.ts";
import { ask, failureName, moduleError } from "./pkcs11-errors.ts";

/** A slot with a token that can be used. */
export interface TokenSlot {
  readonly handle: Buffer;
  readonly id: number;
  /** Its name, without the blanks. */
  readonly label: string;
}

/**
 * The slot with this id and no other: a signature by another key than the one meant is worse than none.
 *
 * Throws `hsm.slot-missing`, `hsm.token-missing`, `hsm.pin-locked`, `hsm.failed`.
 */
export function findSlot(binding: Pkcs11Binding, id: number): TokenSlot {
  const handles = ask("list its slots", () => binding.C_GetSlotList(false));
  const handle = handles.find((candidate) => readUnsignedLong(candidate) === id);
  const others = (): string => describeTokens(binding, handles);
  if (handle === undefined) {
    throw new EspError("hsm.slot-missing", `The hardware module has no slot ${id}.`, {
      hint: others(),
      details: { slot: id, slots: handles.map(readUnsignedLong) },
    });
  }
  const token = tokenIn(binding, handle);
  if (token === null || (token.flags & CK.token.initialised) === 0) {
    const what = token === null ? "There is no token in it." : "Its token is not initialised.";
    throw new EspError("hsm.token-missing", `Slot ${id} of the hardware module cannot be used. ${what}`, {
      hint: others(),
      details: { slot: id },
    });
  }
  if ((token.flags & CK.token.userPinLocked) !== 0) throw pinLocked(id);
  return { handle, id, label: token.label.trim() };
}

/** Throws `hsm.wrong-pin`, `hsm.pin-locked`, `hsm.failed`; none of them holds the PIN. */
export function logIn(binding: Pkcs11Binding, session: Buffer, slot: TokenSlot, pin: string): void {
  const wrong = (): EspError => wrongPin(slot, isLastTry(binding, slot));
  const locked = (): EspError => pinLocked(slot.id);
  try {
    binding.C_Login(session, CK.user, pin);
  } catch (error) {
    // By another session of this program: a login is for all of them.
    if (failureName(error) === "CKR_USER_ALREADY_LOGGED_IN") return;
    throw moduleError("open its token", error, {
      CKR_PIN_INCORRECT: wrong,
      CKR_PIN_INVALID: wrong,
      CKR_PIN_LEN_RANGE: wrong,
      CKR_PIN_LOCKED: locked,
      CKR_PIN_EXPIRED: locked,
    });
  }
}

function wrongPin({ id, label }: TokenSlot, isLast: boolean): EspError {
  const warning = isLast ? " One more wrong PIN locks the token." : "";
  return new EspError("hsm.wrong-pin", `The PIN is not that of the token '${label}' in slot ${id}.${warning}`, {
    hint: "Check the PIN, and that the slot is the right one. A token locks itself after a few wrong PINs.",
    details: { slot: id, token: label, isLastTry: isLast },
  });
}

function pinLocked(id: number): EspError {
  return new EspError("hsm.pin-locked", `The PIN of the token in slot ${id} is locked or has expired.`, {
    hint: "The security officer of the token can set a new one, with the tool that comes with the module.",
    details: { slot: id },
  });
}

function isLastTry(binding: Pkcs11Binding, { handle }: TokenSlot): boolean {
  return ((tokenIn(binding, handle)?.flags ?? 0) & CK.token.userPinFinalTry) !== 0;
}

/** Null when there is none, or none that the module recognises. */
function tokenIn(binding: Pkcs11Binding, slot: Buffer): TokenInfo | null {
  try {
    if ((binding.C_GetSlotInfo(slot).flags & CK.slot.tokenPresent) === 0) return null;
    return binding.C_GetTokenInfo(slot);
  } catch (error) {
    const name = failureName(error);
    if (name === "CKR_TOKEN_NOT_PRESENT" || name === "CKR_TOKEN_NOT_RECOGNIZED") return null;
    throw moduleError("describe its token", error);
  }
}

function describeTokens(binding: Pkcs11Binding, slots: readonly Buffer[]): string {
  const tokens = slots.flatMap((slot) => {
    const token = tokenIn(binding, slot);
    const isUsable = token !== null && (token.flags & CK.token.initialised) !== 0;
    return isUsable ? [`${readUnsignedLong(slot)} ('${token.label.trim()}')`] : [];
  });
  return tokens.length === 0
    ? "No slot has an initialised token. Check that the token is plugged in."
    : `Slots with tokens: ${tokens.join(", ")}.`;
}
