import type { EspError } from "../errors.ts";
import { invalidArgument } from "./check.ts";
import { kindOf } from "./describe-value.ts";

/** What is taken for bytes: memory that is addressed by the byte. Words of more bytes are not; see `WORDS_HINT`. */
export type ByteSource =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | DataView
  | ArrayBuffer
  /** Copied, because others may write to it meanwhile. */
  | SharedArrayBuffer;

/** A declared type whose bytes, however deep in it, may be given in any of these forms. */
export type WithByteSources<T> = T extends Uint8Array
  ? ByteSource
  : T extends (...args: never) => unknown
    ? T
    : { [Key in keyof T]: WithByteSources<T[Key]> };

const NEEDED = "bytes (a Uint8Array, ArrayBuffer, DataView or Buffer)";
const DEFAULT_HINT = "Give a Uint8Array; Uint8Array.from(numbers) makes one of numbers.";
const WORDS_HINT =
  "Its elements have more than one byte, so it does not say in which order these are meant; " +
  "new Uint8Array(array.buffer, array.byteOffset, array.byteLength) takes its memory as it is.";
const BLOB_HINT = "Read it first: new Uint8Array(await blob.arrayBuffer()).";
const HINTS: Readonly<Record<string, string>> = {
  string: "new TextEncoder().encode(text) gives the bytes of a text; hexadecimal digits and base64 have to be decoded.",
  Promise: "Await it first.",
  Blob: BLOB_HINT,
  File: BLOB_HINT,
  Response: "Read it first: new Uint8Array(await response.arrayBuffer()).",
};

/** Views of one byte an element, by the name that the language itself keeps; `undefined` is a DataView. */
const BYTE_VIEWS: ReadonlySet<string | undefined> = new Set([
  "Uint8Array",
  "Uint8ClampedArray",
  "Int8Array",
  undefined,
]);

/**
 * The bytes behind a value, over the same memory. Who made it is asked of the language's own slots: `instanceof` fails
 * for another realm (an iframe, a worker's vm), and a name can be made up.
 */
export function checkBytes(value: unknown, argument: string): Uint8Array<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) return viewed(value, argument);
  if (hasByteLength(ArrayBuffer.prototype, value)) return overMemory(value as ArrayBuffer, argument);
  if (typeof SharedArrayBuffer !== "undefined" && hasByteLength(SharedArrayBuffer.prototype, value))
    return new Uint8Array(value as SharedArrayBuffer).slice();
  throw noBytes(value, argument);
}

function viewed(view: ArrayBufferView, argument: string): Uint8Array<ArrayBuffer> {
  if (!BYTE_VIEWS.has(elementKind(view))) throw invalidArgument(argument, view, NEEDED, WORDS_HINT);
  const bytes = overMemory(view.buffer, argument, view);
  // A plain array is handed on as it is; a Buffer or another realm's array behaves differently in places.
  const isPlain = Object.getPrototypeOf(view) === Uint8Array.prototype;
  if (!hasByteLength(ArrayBuffer.prototype, view.buffer)) return bytes.slice();
  return isPlain ? (view as Uint8Array<ArrayBuffer>) : (bytes as Uint8Array<ArrayBuffer>);
}

function overMemory<Memory extends ArrayBufferLike>(
  memory: Memory,
  argument: string,
  view?: ArrayBufferView,
): Uint8Array<Memory> {
  try {
    return view === undefined ? new Uint8Array(memory) : new Uint8Array(memory, view.byteOffset, view.byteLength);
  } catch {
    throw invalidArgument(
      argument,
      memory,
      "bytes that are still there",
      "Its memory was transferred, to a worker perhaps, or cut; copy the bytes before that.",
    );
  }
}

const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get;

function elementKind(view: ArrayBufferView): string | undefined {
  return tagOf?.call(view);
}

function hasByteLength(prototype: object, value: unknown): boolean {
  try {
    Object.getOwnPropertyDescriptor(prototype, "byteLength")?.get?.call(value);
    return true;
  } catch {
    return false;
  }
}

function noBytes(value: unknown, argument: string): EspError {
  return invalidArgument(argument, value, NEEDED, HINTS[kindOf(value)] ?? DEFAULT_HINT);
}

/** `checkBytes` where nothing at all is a mistake. */
export function checkSomeBytes(value: unknown, argument: string): Uint8Array<ArrayBuffer> {
  const bytes = checkBytes(value, argument);
  if (bytes.length === 0) throw invalidArgument(argument, value, "at least one byte", "There is nothing in it.");
  return bytes;
}
