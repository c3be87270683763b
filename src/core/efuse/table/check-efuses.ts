import { checkBytes } from "../../check/bytes.ts";
import { type Check, checkThat, invalidArgument, optional, orNull, remembered } from "../../check/check.ts";
import { checkBigInt, checkFinite, wholeNumber } from "../../check/numbers.ts";
import { hasParts, oneOfKinds } from "../../check/shapes.ts";
import {
  anything,
  checkBoolean,
  checkFunction,
  checkName,
  checkObject,
  checkText,
  listOf,
} from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { checkChipId } from "../../chip/catalog.ts";
import { checkClock } from "../../port/check-port.ts";
import type { BurnPlan } from "../plan/plan.ts";
import type { EfuseDevice } from "../read/device.ts";
import type { Protected } from "../value/field-value.ts";
import type { BurnRequest, FieldValue, KeyMaterial } from "../value/request.ts";
import type { BlockState, EfuseBlock, EfuseField, EfuseState, EfuseTable, KeyPurpose } from "./types.ts";

/** What this room hands out comes back to it in the next call; these are looked at from outside only. */
export const checkTable: Check<EfuseTable> = remembered(
  hasParts<EfuseTable>("a table of eFuses, as loadEfuseTable gives it", {
    chip: checkChipId,
    registers: checkObject,
    blocks: listOf(checkObject),
    fields: listOf(checkObject),
    keyPurposes: listOf(checkObject),
  }),
);

export const checkState: Check<EfuseState> = remembered(
  hasParts<EfuseState>("what readEfuses gives", {
    table: checkTable,
    chipRevision: wholeNumber(0),
    identity: checkThat((value) => value instanceof Map, "a Map of words"),
    blocks: checkThat((value) => value instanceof Map, "a Map of blocks"),
  }),
);

/** Never remembered: what a plan says is burned for good. */
export const checkPlan: Check<BurnPlan> = hasParts<BurnPlan>("what planBurn gives", {
  basis: checkState,
  outcomes: listOf(checkObject),
  changes: listOf(checkObject),
  hides: listOf(checkText),
  locks: listOf(checkText),
  cautions: listOf(checkObject),
  steps: listOf(hasParts<BurnPlan["steps"][number]>("a step of a plan", { block: wholeNumber(0), bits: checkBigInt })),
});

export const checkDevice: Check<EfuseDevice> = hasParts<EfuseDevice>(
  "a device with eFuses, as efuseDevice or virtualEfuses give it",
  {
    chip: checkChipId,
    crystalMhz: checkFinite,
    clock: checkClock,
    readRegisters: checkFunction,
    writeRegisters: checkFunction,
    emit: checkFunction,
  },
);

export const checkField: Check<EfuseField> = remembered(
  hasParts<EfuseField>("a field, as findField gives it", {
    name: checkName,
    aliases: listOf(checkText),
    fieldClass: checkName,
    type: checkName,
    block: wholeNumber(0),
    width: wholeNumber(1),
    readDisableBits: listOf(wholeNumber(0)),
    labels: checkThat((value) => value instanceof Map, "a Map of words"),
    parts: listOf(checkObject),
    presence: checkName,
  }),
);

export const checkBlock: Check<EfuseBlock> = remembered(
  hasParts<EfuseBlock>("a block, as findBlock gives it", {
    id: wholeNumber(0),
    name: checkName,
    aliases: listOf(checkText),
    words: wholeNumber(0),
    readDisableBits: listOf(wholeNumber(0)),
  }),
);

export const checkBlockState: Check<BlockState> = remembered(
  hasParts<BlockState>("a block of what readEfuses gives", {
    bits: checkBigInt,
    words: wholeNumber(0, 0xff),
  }),
);

export const checkPurpose: Check<KeyPurpose> = remembered(
  hasParts<KeyPurpose>("a purpose, as findKeyPurpose gives it", {
    name: checkName,
  }),
);

export const checkProtected: Check<Protected> = remembered(
  hasParts<Protected>("a field or a block", {
    writeDisableBit: orNull(wholeNumber(0)),
    readDisableBits: listOf(wholeNumber(0)),
  }),
);

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
