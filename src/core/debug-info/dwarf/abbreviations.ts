import { FORM } from "./codes.ts";
import { Cursor } from "./cursor.ts";

export interface AttributeDeclaration {
  readonly name: number;
  readonly form: number;
  /** The value of `DW_FORM_implicit_const`, which entries do not repeat. */
  readonly implicit: number;
}

/** What entries with one code look like. */
export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly AttributeDeclaration[];
}

export type AbbreviationTable = ReadonlyMap<number, Abbreviation>;

/** Reads the table at an offset of `.debug_abbrev`. Throws `debug-info.damaged`. */
export function readAbbreviations(section: Uint8Array, offset: number): AbbreviationTable {
  const cursor = new Cursor(".debug_abbrev", section, offset);
  const table = new Map<number, Abbreviation>();
  for (;;) {
    const code = cursor.uleb();
    if (code === 0) return table;
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    table.set(code, { tag, hasChildren, attributes: readAttributes(cursor) });
  }
}

function readAttributes(cursor: Cursor): AttributeDeclaration[] {
  const attributes: AttributeDeclaration[] = [];
  for (;;) {
    const name = cursor.uleb();
    const form = cursor.uleb();
    const implicit = form === FORM.implicitConstant ? cursor.sleb() : 0;
    if (name === 0 && form === 0) return attributes;
    attributes.push({ name, form, implicit });
  }
}
