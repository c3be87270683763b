import { toHex } from "../../bytes/hex.ts";
import { bitMask, bitsToBytes } from "../table/bits.ts";
import { checkField, checkState } from "../table/check-efuses.ts";
import { findField } from "../table/find-field.ts";
import type { EfuseField, EfuseState } from "../table/types.ts";
import { fieldValue, isReadable, isWritable, valueNamed } from "./field-value.ts";
import { keyPurposeCode, keyPurposeOf } from "./key-purposes.ts";
import { macMeaning } from "./mac-meaning.ts";

/** What the bits of a field say to a person and to a program (fact sheet efuse-secure A6). */

export interface FieldMeaning {
  /** Nothing of a hidden field is told: its bits read as 0, whatever they are. */
  readonly value: boolean | number | string;
  /** `value` as it is written. */
  readonly text: string;
  /** What `value` is counted in. */
  readonly unit: "mV" | "°C" | null;
}

export interface FieldView extends FieldMeaning {
  readonly field: EfuseField;
  /** As read. */
  readonly raw: bigint;
  readonly readable: boolean;
  readonly writable: boolean;
  /** The chip reports damage where the field is. */
  readonly damaged: boolean;
}

/** Everything there is to say of a field. Needs its block, and BLOCK0 where the field can be protected. */
export function viewField(state: EfuseState, field: EfuseField): FieldView {
  checkState(state, "state");
  checkField(field, "field");
  const raw = fieldValue(state, field);
  const readable = isReadable(state, field);
  return {
    field,
    raw,
    readable,
    writable: isWritable(state, field),
    damaged: isDamaged(state, field),
    ...(readable ? shownMeaning(state, field, raw) : hiddenMeaning(state, field, raw)),
  };
}

/** The value as it is shown. Needs the field's block, and BLOCK0 where the field can be hidden. */
export function fieldMeaning(state: EfuseState, field: EfuseField): FieldMeaning {
  checkState(state, "state");
  checkField(field, "field");
  const raw = fieldValue(state, field);
  return isReadable(state, field) ? shownMeaning(state, field, raw) : hiddenMeaning(state, field, raw);
}

function shownMeaning(state: EfuseState, field: EfuseField, raw: bigint): FieldMeaning {
  const label = raw <= Number.MAX_SAFE_INTEGER ? field.labels.get(Number(raw)) : undefined;
  return label === undefined ? classMeaning(state, field, raw) : textMeaning(label);
}

function classMeaning(state: EfuseState, field: EfuseField, raw: bigint): FieldMeaning {
  switch (field.fieldClass) {
    case "mac":
      return textMeaning(macMeaning(state, field, raw).text);
    case "key-purpose":
      // Bits that no purpose has name a purpose that nothing may use.
      return textMeaning(keyPurposeOf(state.table, keyPurposeCode(state, field))?.name ?? "FORBIDDEN_STATE");
    case "temperature":
      return temperatureMeaning(field, raw);
    case "adc-point":
      return adcPointMeaning(state, field, raw);
    case "reference-voltage":
      // 1100 mV is what it should be; the eFuse says by how many steps of 7 mV it is not (A6).
      return numberMeaning(1100 + 7 * signMagnitude(raw, field.width), "mV");
    case "spi-pin":
      // Pins 30 and 31 cannot be flash pins; their numbers mean 32 and 33.
      return numberMeaning(raw === 30n || raw === 31n ? Number(raw) + 2 : Number(raw));
    default:
      return plainMeaning(field, raw);
  }
}

function plainMeaning(field: EfuseField, raw: bigint): FieldMeaning {
  switch (field.type) {
    case "bool":
      return { value: raw !== 0n, text: raw !== 0n ? "True" : "False", unit: null };
    case "bytes":
      return textMeaning(toHex(bytesOf(field, raw), " "));
    default:
      // What a number cannot hold exactly stays text.
      return raw > Number.MAX_SAFE_INTEGER ? textMeaning(String(raw)) : numberMeaning(Number(raw));
  }
}

/** Steps of 0.1 degrees. Written with its one decimal, also where that is 0. */
function temperatureMeaning(field: EfuseField, raw: bigint): FieldMeaning {
  const tenths = signMagnitude(raw, field.width);
  return { value: tenths / 10, text: (tenths / 10).toFixed(1), unit: "°C" };
}

/** What the ESP32's ADC points are counted from; two's complement in steps of 4 (A6). */
const ESP32_ADC_POINTS: Readonly<Record<string, number>> = {
  ADC1_TP_LOW: 278,
  ADC2_TP_LOW: 421,
  ADC1_TP_HIGH: 3265,
  ADC2_TP_HIGH: 3406,
};

function adcPointMeaning(state: EfuseState, field: EfuseField, raw: bigint): FieldMeaning {
  if (state.table.chip === "esp32") {
    return numberMeaning((ESP32_ADC_POINTS[field.name] ?? 0) + 4 * Number(BigInt.asIntN(field.width, raw)));
  }
  // One bit leaves no room for a magnitude beside the sign.
  return field.width === 1 ? plainMeaning(field, raw) : numberMeaning(4 * signMagnitude(raw, field.width));
}

/** The highest bit is the sign. There is no -0. */
function signMagnitude(raw: bigint, width: number): number {
  const magnitude = Number(raw & bitMask(0, width - 1));
  return magnitude !== 0 && raw >> BigInt(width - 1) === 1n ? -magnitude : magnitude;
}

/** As long as what it hides. Each half of an ESP32-C2 key is hidden by a bit of its own. */
function hiddenMeaning(state: EfuseState, field: EfuseField, raw: bigint): FieldMeaning {
  if (field.type !== "bytes") return textMeaning("?");
  const bits = field.readDisableBits;
  const length = Math.ceil(field.width / 8);
  const shown = [...bitsToBytes(raw, length)].map((byte, index) => {
    const bit = bits[Math.floor((index * bits.length) / length)];
    const isHidden = bit === undefined || !isReadable(state, { writeDisableBit: null, readDisableBits: [bit] });
    return isHidden ? "??" : byte.toString(16).padStart(2, "0");
  });
  if (field.fieldClass !== "mac") return textMeaning(shown.join(" "));
  // The ESP32 has the check sum of its custom address in the same block, as hidden as the address.
  const crc = state.table.chip === "esp32" ? " (CRC cannot be told: read-protected)" : "";
  return textMeaning(`${shown.join(":")}${crc}`);
}

/** In the order in which they are stored. */
export function bytesOf(field: EfuseField, raw: bigint): Uint8Array<ArrayBuffer> {
  return bitsToBytes(raw, Math.ceil(field.width / 8));
}

function isDamaged(state: EfuseState, field: EfuseField): boolean {
  if (field.parts.length > 0) return field.parts.some((part) => isDamaged(state, findField(state.table, part.field)));
  const errors = state.blocks.get(field.block)?.errors;
  if (errors === undefined) return false;
  if (field.block !== 0) return errors.count > 0 || errors.fail;
  return field.bit !== null && (errors.bits & bitMask(field.bit, field.width)) !== 0n;
}

/** What the key in this block is for; null where no field says it. */
export function blockPurpose(state: EfuseState, field: EfuseField): string | null {
  const name = field.fieldClass === "key-block" ? state.table.blocks[field.block]?.keyPurposeField : null;
  if (name === null || name === undefined || valueNamed(state, name) === null) return null;
  return fieldMeaning(state, findField(state.table, name)).text;
}

function numberMeaning(value: number, unit: FieldMeaning["unit"] = null): FieldMeaning {
  return { value, text: String(value), unit };
}

function textMeaning(text: string): FieldMeaning {
  return { value: text, text, unit: null };
}
