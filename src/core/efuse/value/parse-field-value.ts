import { fromHex } from "../../bytes/hex.ts";
import { EspError } from "../../errors.ts";
import { bitMask, bytesToBits } from "../table/bits.ts";
import { parseInteger } from "../table/parse-integer.ts";
import type { EfuseField, EfuseState } from "../table/types.ts";
import { partsOf, partsValue, partsWidth } from "./field-value.ts";
import { findKeyPurpose, keyPurposeOf } from "./key-purposes.ts";
import { macToBits, parseCustomMac } from "./mac-value.ts";
import type { FieldValue } from "./request.ts";

/**
 * The number that a field is to hold, from a value as a user writes it (fact sheet efuse-secure A6). Without a value a
 * flag is set and a bit count goes up by one bit. Throws `efuse.bad-value`, `efuse.bad-size`, `efuse.unknown-name` for a
 * key purpose, and `efuse.read-only` for fields that are not for burning.
 */
export function parseFieldValue(state: EfuseState, field: EfuseField, value: FieldValue | undefined): bigint {
  refuseReadOnly(field);
  if (field.type === "bool") return parseFlag(field, value);
  switch (field.fieldClass) {
    case "mac":
      return macToBits(parseCustomMac(value));
    case "key-purpose":
      return parsePurpose(state, field, value);
    case "spi-pin":
      return parseSpiPin(field, value);
    case "bit-count":
      return parseBitCount(state, field, value);
    default:
      return field.type === "bytes" ? parseBytes(field, value) : parseNumber(field, value);
  }
}

const CALCULATED: readonly EfuseField["fieldClass"][] = ["wafer-version", "package", "psram-capacity"];

function refuseReadOnly(field: EfuseField): void {
  const details = { field: field.name };
  if (field.fieldClass === "mac" && field.name !== "CUSTOM_MAC") {
    throw new EspError("efuse.read-only", `Writing Factory MAC address is not supported (${field.name}).`, {
      hint: "Burn CUSTOM_MAC.",
      details,
    });
  }
  if (CALCULATED.includes(field.fieldClass) || (field.bit === null && field.parts.length === 0)) {
    throw new EspError("efuse.read-only", `${field.name} is calculated of other eFuses and cannot be burned.`, {
      details,
    });
  }
  if (field.fieldClass === "reference-voltage") {
    throw new EspError("efuse.read-only", `${field.name} is set in the factory and cannot be burned.`, { details });
  }
}

function badValue(field: EfuseField, message: string, allowed: string): EspError {
  return new EspError("efuse.bad-value", message, { hint: allowed, details: { field: field.name, allowed } });
}

function parseFlag(field: EfuseField, value: FieldValue | undefined): bigint {
  const number = value === undefined ? 1n : numberOf(field, value);
  if (number === 1n) return 1n;
  throw badValue(
    field,
    `New value is not accepted for eFuse '${field.name}' (will always burn 0->1), given value=${number}`,
    "Allowed: 1, or no value.",
  );
}

function parseNumber(field: EfuseField, value: FieldValue | undefined): bigint {
  if (value === undefined) throw valueMissing(field);
  const number = numberOf(field, value);
  if (number === 0n) {
    throw badValue(
      field,
      `New value should not be 0 for '${field.name}' (given value= 0)`,
      `Allowed: 1 to ${bitMask(0, field.width)}.`,
    );
  }
  return inRange(field, number, field.width);
}

function valueMissing(field: EfuseField): EspError {
  const allowed =
    field.type === "bytes" ? `${field.width / 8} bytes in hexadecimal` : `1 to ${bitMask(0, field.width)}`;
  return badValue(field, `New value required for eFuse '${field.name}' (given None)`, `Allowed: ${allowed}.`);
}

function inRange(field: EfuseField, number: bigint, width: number): bigint {
  const most = bitMask(0, width);
  if (number <= most) return number;
  throw badValue(
    field,
    `${number} is too large an unsigned integer for a bitstring of length ${width}. The allowed range is [0, ${most}].`,
    `Allowed for ${field.name}: up to ${most}.`,
  );
}

/** Any spelling of a number; negative ones and fractions are none. */
function numberOf(field: EfuseField, value: FieldValue): bigint {
  const number = asNumber(value);
  if (number !== null) return number;
  const shown = value instanceof Uint8Array ? `${value.length} bytes` : `'${value}'`;
  throw badValue(
    field,
    `${shown} is no number that eFuse '${field.name}' can take.`,
    "Allowed: decimal, 0x, 0o and 0b numbers that are not negative.",
  );
}

function asNumber(value: FieldValue): bigint | null {
  if (typeof value === "string") return parseInteger(value);
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (value instanceof Uint8Array) return null;
  if (typeof value === "number" && !Number.isSafeInteger(value)) return null;
  return value < 0 ? null : BigInt(value);
}

/** Counts are kept in unary, so one more is one more bit. */
function parseBitCount(state: EfuseState, field: EfuseField, value: FieldValue | undefined): bigint {
  if (value !== undefined) return inRange(field, numberOf(field, value), field.width);
  const present = partsValue(state, partsOf(state.table, field));
  const lowestClear = ~present & (present + 1n);
  return inRange(field, present | lowestClear, field.width);
}

/** Text beginning with 0x is one number; other text is bytes in the order of memory, and so are bytes. */
function parseBytes(field: EfuseField, value: FieldValue | undefined): bigint {
  if (value === undefined) throw valueMissing(field);
  if (typeof value !== "string" && !(value instanceof Uint8Array)) {
    return inRange(field, numberOf(field, value), field.width);
  }
  const isNumber = typeof value === "string" && /^0x/i.test(value.trim());
  const bytes = typeof value === "string" ? bytesOfText(isNumber ? value.trim().slice(2) : value) : value;
  if (bytes === null) {
    throw badValue(
      field,
      `The value for eFuse '${field.name}' is not hexadecimal.`,
      `Allowed: ${field.width / 8} bytes.`,
    );
  }
  if (bytes.length * 8 !== field.width) {
    throw new EspError(
      "efuse.bad-size",
      `The length of eFuse '${field.name}' (${field.width} bits) (given len of the new value= ${bytes.length * 8} bits)`,
      {
        hint: `Allowed: ${field.width / 8} bytes.`,
        details: { field: field.name, sizeBytes: bytes.length, allowedBytes: field.width / 8 },
      },
    );
  }
  return bytesToBits(isNumber ? bytes.toReversed() : bytes);
}

function bytesOfText(text: string): Uint8Array<ArrayBuffer> | null {
  return fromHex(text.replace(/[\s_]/g, ""));
}

/** The flash pins of the ESP32: five bits, in which 32 and 33 stand as 30 and 31. */
function parseSpiPin(field: EfuseField, value: FieldValue | undefined): bigint {
  if (value === undefined) throw valueMissing(field);
  const pin = numberOf(field, value);
  const allowed = "Allowed: 0 to 29, 32 and 33.";
  if (pin === 30n || pin === 31n) {
    throw badValue(field, "IO pins 30 & 31 cannot be set for SPI flash. 0-29, 32 & 33 only.", allowed);
  }
  if (pin > 33n) throw badValue(field, `IO pin ${pin} cannot be set for SPI flash. 0-29, 32 & 33 only.`, allowed);
  return pin >= 32n ? pin - 2n : pin;
}

/** A name, or the code as a decimal number. 0 is what is there already: a purpose is no longer USER once it is burned. */
function parsePurpose(state: EfuseState, field: EfuseField, value: FieldValue | undefined): bigint {
  if (value === undefined) throw valueMissing(field);
  const { table } = state;
  const isCode = typeof value !== "string" || /^[0-9]+$/.test(value.trim());
  const code = isCode ? Number(numberOf(field, value)) : findKeyPurpose(table, value.trim()).code;
  const names = table.keyPurposes.filter((purpose) => purpose.code > 0).map((purpose) => purpose.name);
  const width = partsWidth(partsOf(table, field));
  if (code <= 0 || keyPurposeOf(table, code) === null) {
    throw badValue(field, `'${value}' cannot be burned to ${field.name}.`, `Allowed: ${names.join(", ")}.`);
  }
  return inRange(field, BigInt(code), width);
}
