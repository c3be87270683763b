import { EspError } from "../../../errors.ts";
import { findField, findPresentField, isPresent } from "../../table/find-field.ts";
import type { EfuseField } from "../../table/types.ts";
import { fieldValue, valueNamed } from "../../value/field-value.ts";
import { macCrc, macToBits, parseCustomMac } from "../../value/mac-value.ts";
import { parseFieldValue } from "../../value/parse-field-value.ts";
import type { FieldValue, RequestOf } from "../../value/request.ts";
import { isSecretPlace } from "../../value/secrecy.ts";
import { blockOf, pendingState, planValue, refuseUnlessForced, remark, type Work } from "../draft.ts";
import { refuseFaultyBlock } from "./apply-key.ts";

export function applyField(work: Work, request: RequestOf<"field">): void {
  const state = pendingState(work.draft);
  const field = findPresentField(state, request.field);
  if (field.name === "CUSTOM_MAC" && work.draft.rules.customMac === "crc-and-version") {
    planEsp32Mac(work, request.value);
    return;
  }
  const value = parseFieldValue(state, field, request.value);
  if (!isPresent(state, field)) cautionAbsent(work, field);
  if (field.fieldClass === "key-purpose" && field.type !== "bool") {
    const purposes = state.table.keyPurposes.filter((purpose) => purpose.code === Number(value));
    for (const purpose of purposes) refuseFaultyBlock(work, field, purpose);
  }
  planValue(work, { field, value, secret: isSecretPlace(blockOf(state, field.block), field) });
}

function cautionAbsent(work: Work, field: EfuseField): void {
  work.draft.cautions.push({
    code: "efuse.absent-field",
    message: `${field.name} means nothing on this chip: other eFuses say that it is not in use.`,
    details: { field: field.name, presence: field.presence },
  });
}

export function applyCustomMac(work: Work, request: RequestOf<"custom-mac">): void {
  const { basis, rules } = work.draft;
  if (rules.customMac === "crc-and-version") {
    planEsp32Mac(work, request.mac);
    return;
  }
  const value = macToBits(parseCustomMac(request.mac));
  planValue(work, { field: findField(basis.table, "CUSTOM_MAC"), value, secret: false });
  if (rules.customMac === "used-flag") {
    planValue(work, { field: findField(basis.table, "CUSTOM_MAC_USED"), value: 1n, secret: false });
  }
}

/** The ESP32 uses a custom MAC address only with its version and its check value (fact sheet efuse-secure A13). */
function planEsp32Mac(work: Work, value: FieldValue | undefined): void {
  const mac = parseCustomMac(value);
  const { table } = work.draft.basis;
  const version = findField(table, "MAC_VERSION");
  const present = fieldValue(pendingState(work.draft), version);
  if (present > 1n) {
    refuseUnlessForced(
      work,
      new EspError("efuse.conflict", `MAC_VERSION is ${present}, and a custom MAC address needs it to be 1.`, {
        hint: "Another kind of data is in BLOCK3.",
        details: { field: "MAC_VERSION", value: Number(present) },
      }),
    );
  } else planValue(work, { field: version, value: 1n, secret: false });
  planValue(work, { field: findField(table, "CUSTOM_MAC"), value: macToBits(mac), secret: false });
  planValue(work, { field: findField(table, "CUSTOM_MAC_CRC"), value: BigInt(macCrc(mac)), secret: false });
}

/** Which fields a voltage sets; their order is XPD, TIEH (A13). FORCE is set by all. */
const VOLTAGES = { OFF: [false, false], "1.8V": [true, false], "3.3V": [true, true] } as const;

const VOLTAGE_SENTENCES = {
  OFF: (supply: string) => `Disable internal flash voltage regulator (${supply})`,
  "1.8V": (supply: string) => `Set internal flash voltage regulator (${supply}) to 1.8V.`,
  "3.3V": (supply: string) => `Enable internal flash voltage regulator (${supply}) to 3.3V.`,
} as const;

/** Throws `argument.unsupported` on chips without a regulator, `efuse.conflict` where the voltage is set otherwise. */
export function applyFlashVoltage(work: Work, { voltage }: RequestOf<"flash-voltage">): void {
  const { basis, rules } = work.draft;
  if (rules.voltage === null) {
    throw new EspError("argument.unsupported", "The flash voltage of this chip is not set by eFuses.", {
      details: { chip: basis.table.chip },
    });
  }
  const { force, xpd, tieh, supply } = rules.voltage;
  const state = pendingState(work.draft);
  const [wantsXpd, wantsTieh] = VOLTAGES[voltage];
  const inTheWay = [wantsXpd ? null : xpd, wantsTieh ? null : tieh].find(
    (name) => name !== null && valueNamed(state, name) !== 0n,
  );
  const asked = work.draft.voltage;
  if (inTheWay != null || (asked !== null && asked !== voltage)) {
    throw new EspError(
      "efuse.conflict",
      inTheWay != null
        ? `Can't set flash regulator to ${voltage} as ${inTheWay} eFuse is already burned.`
        : `Can't set flash regulator to ${voltage}, because another request sets it to ${asked}.`,
      { hint: "A burned eFuse stays burned.", details: { voltage, ...(inTheWay == null ? {} : { field: inTheWay }) } },
    );
  }
  work.draft.voltage = voltage;
  const names = [force, ...(wantsXpd ? [xpd] : []), ...(wantsTieh ? [tieh] : [])];
  for (const name of names) planValue(work, { field: findField(basis.table, name), value: 1n, secret: false });
  remark(work, "efuse.flash-voltage", VOLTAGE_SENTENCES[voltage](supply), { voltage, supply });
}

/** Fields that must not all be set (A13): `Incompatible eFuse settings` is what scripts look for. */
export function refuseIncompatible(work: Work): void {
  const names = work.draft.rules.incompatible;
  const state = pendingState(work.draft);
  const isTouched = work.additions.some(({ field }) => field !== null && names.includes(field.name));
  if (!isTouched || names.some((name) => valueNamed(state, name) === 0n)) return;
  refuseUnlessForced(
    work,
    new EspError("efuse.conflict", `Incompatible eFuse settings detected, abort: ${names.join(" together with ")}.`, {
      hint: "Together they leave no way into the chip by USB.",
      details: { fields: names },
    }),
  );
}
