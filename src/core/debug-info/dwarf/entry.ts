import type { Abbreviation } from "./abbreviations.ts";
import { ATTRIBUTE, FORM } from "./codes.ts";
import type { Cursor } from "./cursor.ts";
import { type FormContext, type FormValue, indirectForm, readForm } from "./forms.ts";

/** The attributes that functions, units and structures are known by. */
export interface EntryAttributes {
  name?: FormValue;
  linkageName?: FormValue;
  lowPc?: FormValue;
  highPc?: FormValue;
  ranges?: FormValue;
  statementList?: FormValue;
  compilationDirectory?: FormValue;
  language?: FormValue;
  /** Where the entry of what it is an instance of stands in `.debug_info`. */
  abstractOrigin?: FormValue;
  specification?: FormValue;
  callFile?: FormValue;
  callLine?: FormValue;
  stringOffsetsBase?: FormValue;
  addressBase?: FormValue;
  rangeListsBase?: FormValue;
  dataMemberLocation?: FormValue;
  /** Where the entry after its children stands in `.debug_info`. */
  sibling?: FormValue;
}

const KEYS: Readonly<Record<number, keyof EntryAttributes>> = {
  ...Object.fromEntries(
    (Object.entries(ATTRIBUTE) as [keyof typeof ATTRIBUTE, number][])
      .filter(([key]) => key !== "oldLinkageName")
      .map(([key, number]) => [number, key]),
  ),
  [ATTRIBUTE.oldLinkageName]: "linkageName",
};

/** Reads the attributes behind an entry's code; the cursor stands behind them then. */
export function readEntry(cursor: Cursor, { attributes }: Abbreviation, context: FormContext): EntryAttributes {
  const entry: EntryAttributes = {};
  for (const { name, form: declared, implicit } of attributes) {
    const form = declared === FORM.indirect ? indirectForm(cursor) : declared;
    const value = form === FORM.implicitConstant ? implicit : readForm(cursor, form, context);
    const key = KEYS[name];
    if (key !== undefined) entry[key] = { form, value };
  }
  return entry;
}

/** Goes past the attributes; the offset of the entry after its children, or 0 where that is not told. */
export function skipEntry(cursor: Cursor, { attributes }: Abbreviation, context: FormContext): number {
  let sibling = 0;
  for (const { name, form } of attributes) {
    if (form === FORM.implicitConstant) continue;
    const value = readForm(cursor, form, context);
    if (name === ATTRIBUTE.sibling) sibling = value;
  }
  return sibling;
}
