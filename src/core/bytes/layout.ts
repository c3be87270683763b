import { readU16, readU32, writeU16, writeU32 } from "./words.ts";

/** One field of a layout: its size and how it goes into and out of bytes. */
export interface Field<T> {
  readonly size: number;
  /** May be left out at the end of the bytes (and of the value). */
  readonly optional: boolean;
  put(value: T, bytes: Uint8Array, offset: number): void;
  get(bytes: Uint8Array, offset: number): T;
}

export const u8: Field<number> = {
  size: 1,
  optional: false,
  put: (value, bytes, offset) => {
    bytes[offset] = value;
  },
  get: (bytes, offset) => bytes[offset]!,
};
export const u16: Field<number> = { size: 2, optional: false, put: (v, b, o) => writeU16(b, o, v), get: readU16 };
export const u32: Field<number> = { size: 4, optional: false, put: (v, b, o) => writeU32(b, o, v), get: readU32 };

/** A run of bytes of fixed length; a shorter value is zero padded. */
export function bytesOf(size: number): Field<Uint8Array<ArrayBuffer>> {
  return {
    size,
    optional: false,
    put: (value, bytes, offset) => bytes.set(value.subarray(0, size), offset),
    // Not `slice`: of a Node Buffer that is a view.
    get: (bytes, offset) => new Uint8Array(bytes.subarray(offset, offset + size)),
  };
}

/** A trailing field that is sent only when the value has it. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    size: field.size,
    optional: true,
    put: (value, bytes, offset) => {
      if (value !== undefined) field.put(value, bytes, offset);
    },
    get: (bytes, offset) => field.get(bytes, offset),
  };
}

export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/** A field as documents and tools name it. */
export interface FieldShape {
  readonly name: string;
  /** In bytes; null: all that follows. */
  readonly size: number | null;
  readonly optional: boolean;
}

/** A struct declared once and used in both directions. */
export interface Layout<T> {
  /** In their order. */
  readonly fields: readonly FieldShape[];
  /** Bytes without the optional fields. */
  readonly minimumSize: number;
  readonly size: number;
  encode(value: T): Uint8Array<ArrayBuffer>;
  /** Null when the bytes are too short, too long, or end inside an optional field. */
  decode(bytes: Uint8Array): T | null;
}

/**
 * @example
 * const point = layout<{ x: number; y: number }>({ x: u16, y: u16 });
 * point.encode({ x: 1, y: 2 }); // 01 00 02 00
 */
export function layout<T extends object>(fields: Fields<T>): Layout<T> {
  const entries = Object.entries(fields) as [keyof T & string, Field<unknown>][];
  const size = entries.reduce((sum, [, field]) => sum + field.size, 0);
  const minimumSize = entries.reduce((sum, [, field]) => sum + (field.optional ? 0 : field.size), 0);
  return {
    fields: entries.map(([name, { size: bytes, optional: maybe }]) => ({ name, size: bytes, optional: maybe })),
    size,
    minimumSize,
    encode(value) {
      const bytes = new Uint8Array(size);
      let offset = 0;
      for (const [name, field] of entries) {
        if (field.optional && value[name] === undefined) break;
        field.put(value[name], bytes, offset);
        offset += field.size;
      }
      return bytes.subarray(0, offset);
    },
    decode(bytes) {
      const value: Record<string, unknown> = {};
      let offset = 0;
      for (const [name, field] of entries) {
        if (offset === bytes.length && field.optional) break;
        if (offset + field.size > bytes.length) return null;
        value[name] = field.get(bytes, offset);
        offset += field.size;
      }
      return offset === bytes.length ? (value as T) : null;
    },
  };
}
