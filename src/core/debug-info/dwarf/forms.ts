import { FORM } from "./codes.ts";
import { type Cursor, damagedDebugInfo } from "./cursor.ts";

/** What of a unit the forms depend on. */
export interface FormContext {
  readonly version: number;
  readonly addressSizeBytes: number;
  /** Where the unit begins in `.debug_info`: most references count from there. */
  readonly offset: number;
}

/** One value as it stands there: texts and addresses behind an index are looked up by who needs them. */
export interface FormValue {
  readonly form: number;
  /** A number, an offset, an index; of `DW_FORM_string` where the text begins, of a block where its bytes begin. */
  readonly value: number;
}

type Reader = (cursor: Cursor, context: FormContext) => number;

const block =
  (length: Reader): Reader =>
  (cursor, context) => {
    const size = length(cursor, context);
    const start = cursor.at;
    cursor.skip(size);
    return start;
  };
const u8: Reader = (cursor) => cursor.u8();
const u16: Reader = (cursor) => cursor.u16();
const u24: Reader = (cursor) => cursor.u24();
const u32: Reader = (cursor) => cursor.u32();
const u64: Reader = (cursor) => cursor.u64();
const uleb: Reader = (cursor) => cursor.uleb();
const inUnit =
  (read: Reader): Reader =>
  (cursor, context) =>
    context.offset + read(cursor, context);

const READERS: Readonly<Record<number, Reader>> = {
  [FORM.address]: (cursor, { addressSizeBytes }) => cursor.unsigned(addressSizeBytes),
  [FORM.block1]: block(u8),
  [FORM.block2]: block(u16),
  [FORM.block4]: block(u32),
  [FORM.block]: block(uleb),
  [FORM.expression]: block(uleb),
  [FORM.data1]: u8,
  [FORM.data2]: u16,
  [FORM.data4]: u32,
  [FORM.data8]: u64,
  [FORM.data16]: block(() => 16),
  [FORM.signedData]: (cursor) => cursor.sleb(),
  [FORM.unsignedData]: uleb,
  [FORM.string]: (cursor) => {
    const start = cursor.at;
    cursor.skipText();
    return start;
  },
  [FORM.flag]: u8,
  [FORM.flagPresent]: () => 1,
  [FORM.stringOffset]: u32,
  [FORM.lineStringOffset]: u32,
  [FORM.sectionOffset]: u32,
  // In version 2 it was as long as an address.
  [FORM.referenceAddress]: (cursor, { version, addressSizeBytes }) =>
    version <= 2 ? cursor.unsigned(addressSizeBytes) : cursor.u32(),
  [FORM.reference1]: inUnit(u8),
  [FORM.reference2]: inUnit(u16),
  [FORM.reference4]: inUnit(u32),
  [FORM.reference8]: inUnit(u64),
  [FORM.referenceUnsigned]: inUnit(uleb),
  [FORM.typeSignature]: u64,
  [FORM.stringIndex]: uleb,
  [FORM.stringIndex1]: u8,
  [FORM.stringIndex2]: u16,
  [FORM.stringIndex3]: u24,
  [FORM.stringIndex4]: u32,
  [FORM.addressIndex]: uleb,
  [FORM.addressIndex1]: u8,
  [FORM.addressIndex2]: u16,
  [FORM.addressIndex3]: u24,
  [FORM.addressIndex4]: u32,
  [FORM.locationListIndex]: uleb,
  [FORM.rangeListIndex]: uleb,
  [FORM.supplementaryReference4]: u32,
  [FORM.supplementaryReference8]: u64,
  [FORM.supplementaryString]: u32,
};
/** By number, because this is what reading spends its time with. */
const BY_FORM: readonly (Reader | undefined)[] = Array.from({ length: 0x2d }, (_, form) => READERS[form]);

/** The bare value. Throws `debug-info.damaged` for a form that nobody knows: what follows cannot be found then. */
export function readForm(cursor: Cursor, form: number, context: FormContext): number {
  const reader = BY_FORM[form];
  if (reader !== undefined) return reader(cursor, context);
  if (form === FORM.indirect) return readForm(cursor, indirectForm(cursor), context);
  throw damagedDebugInfo(cursor.section, cursor.at, `form 0x${form.toString(16)} is not known`);
}

/** The form that stands in front of the value. An indirect form of an indirect form has no end. */
export function indirectForm(cursor: Cursor): number {
  const form = cursor.uleb();
  if (form === FORM.indirect) throw damagedDebugInfo(cursor.section, cursor.at, "a form leads to itself");
  return form;
}
