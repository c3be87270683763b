import { checkFinite } from "../../check/numbers.ts";
import { checkText } from "../../check/values.ts";
import { checkPurpose, checkTable } from "../table/check-efuses.ts";
import { unknownName } from "../table/find-field.ts";
import type { EfuseBlock, EfuseField, EfuseState, EfuseTable, KeyPurpose } from "../table/types.ts";
import { partsOf, partsValue } from "./field-value.ts";

/** The purpose of that name. Throws `efuse.unknown-name`. */
export function findKeyPurpose(table: EfuseTable, name: string): KeyPurpose {
  checkTable(table, "table");
  checkText(name, "name");
  const purpose = table.keyPurposes.find((candidate) => candidate.name === name);
  if (purpose !== undefined) return purpose;
  throw unknownName(
    "key purpose",
    name,
    table.keyPurposes.map((candidate) => candidate.name),
  );
}

/** The purpose that a code means: the first of those with the same code (fact sheet efuse-secure A7). */
export function keyPurposeOf(table: EfuseTable, code: number): KeyPurpose | null {
  checkTable(table, "table");
  checkFinite(code, "code");
  return table.keyPurposes.find((candidate) => candidate.code === code) ?? null;
}

/** The code in a KEY_PURPOSE field, with the high bit that the ESP32-P4 keeps elsewhere. */
export function keyPurposeCode(state: EfuseState, field: EfuseField): number {
  return Number(partsValue(state, partsOf(state.table, field)));
}

/** The field that says what the key in a block is for, or null: it cannot be told. */
export function purposeFieldOf(table: EfuseTable, block: EfuseBlock): EfuseField | null {
  return table.fields.find((field) => field.name === block.keyPurposeField) ?? null;
}

/**
 * The purposes of the two halves of a key that takes two blocks, in the order of its bytes; null: it takes one (A13).
 */
export function halvesOf(table: EfuseTable, purpose: KeyPurpose): readonly [KeyPurpose, KeyPurpose] | null {
  if (purpose.code >= 0) return null;
  const named = (suffix: string): KeyPurpose | undefined =>
    table.keyPurposes.find((candidate) => candidate.name === purpose.name + suffix);
  const [first, second] = [named("_1") ?? named("_H"), named("_2") ?? named("_L")];
  return first === undefined || second === undefined ? null : [first, second];
}

/** The curves whose keys serve a purpose; null: it takes no key for signatures. */
export function curvesFor(table: EfuseTable, purpose: KeyPurpose): readonly ("p192" | "p256" | "p384")[] | null {
  checkTable(table, "table");
  checkPurpose(purpose, "purpose");
  switch (purpose.name) {
    case "ECDSA_KEY_P192":
      return ["p192"];
    case "ECDSA_KEY_P256":
      return ["p256"];
    case "ECDSA_KEY_P384":
      return ["p384"];
    case "ECDSA_KEY":
      // Where P-192 has a purpose of its own (not so on the ESP32-P4 before v3.0), this is the old name of that for P-256.
      return table.keyPurposes.some(({ name }) => name === "ECDSA_KEY_P192") ? ["p256"] : ["p192", "p256"];
    default:
      return null;
  }
}
