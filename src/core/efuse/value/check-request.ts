import { checkBytes } from "../../check/bytes.ts";
import { type Check, invalidArgument, optional } from "../../check/check.ts";
import { checkFinite } from "../../check/numbers.ts";
import { oneOfKinds } from "../../check/shapes.ts";
import { anything, checkBoolean, checkText, listOf } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import type { BurnRequest, FieldValue, KeyMaterial } from "./request.ts";

/** Numbers that were rounded on their way would burn other bits than are meant. */
const checkFieldValue: Check<FieldValue> = (value, argument) => {
  if (typeof value === "object") return checkBytes(value, argument);
  const isNumber = typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  const isBigInt = typeof value === "bigint" && value >= 0n;
  if (typeof value === "string" || typeof value === "boolean" || isNumber || isBigInt) return value as FieldValue;
  throw invalidArgument(
    argument,
    value,
    "a string, bytes, true, false, or a whole number that is not negative",
    "Beyond 2^53 - 1 give a bigint.",
  );
};

const checkKeyMaterial: Check<KeyMaterial> = oneOfKinds<KeyMaterial>({
  raw: { kind: anything, bytes: checkBytes },
  ecdsa: { kind: anything, curve: oneOf(["p192", "p256", "p384"]), scalar: checkBytes },
});

const ALWAYS = { kind: anything, force: optional(checkBoolean) };

const PROTECTION = { readProtect: optional(checkBoolean), writeProtect: optional(checkBoolean) };

/** Which numbers a block has room for is said by the plan. */
const checkRequest: Check<BurnRequest> = oneOfKinds<BurnRequest>({
  field: { ...ALWAYS, field: checkText, value: optional(checkFieldValue) },
  "block-data": { ...ALWAYS, block: checkText, data: checkBytes, offset: optional(checkFinite) },
  bits: { ...ALWAYS, block: checkText, bits: listOf(checkFinite) },
  key: { ...ALWAYS, ...PROTECTION, block: checkText, key: checkKeyMaterial, purpose: optional(checkText) },
  "key-digest": {
    ...ALWAYS,
    ...PROTECTION,
    digest: checkBytes,
    block: optional(checkText),
    purpose: optional(checkText),
  },
  "read-protect": { ...ALWAYS, field: checkText },
  "write-protect": { ...ALWAYS, field: checkText },
  "custom-mac": { ...ALWAYS, mac: checkFieldValue },
  "flash-voltage": { ...ALWAYS, voltage: oneOf(["1.8V", "3.3V", "OFF"]) },
});

export const checkRequests: Check<BurnRequest[]> = listOf(checkRequest);
