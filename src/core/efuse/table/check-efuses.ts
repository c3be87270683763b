import { type Check, checkThat, orNull, remembered } from "../../check/check.ts";
import { checkBigInt, wholeNumber } from "../../check/numbers.ts";
import { hasParts } from "../../check/shapes.ts";
import { checkName, checkObject, checkText, listOf } from "../../check/values.ts";
import { checkChipId } from "../../chip/chip-index.ts";
import type { BlockState, EfuseBlock, EfuseField, EfuseState, EfuseTable, KeyPurpose, Protected } from "./types.ts";

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
