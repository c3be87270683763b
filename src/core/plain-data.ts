/** What JSON can say, and what travels between threads and pages unchanged. */
export type PlainData =
  | null
  | boolean
  | number
  | string
  | readonly PlainData[]
  | { readonly [name: string]: PlainData };

/** Deeper than this is a mistake, and a circle would never end. */
const DEEPEST = 12;
/** Stands for what cannot be told. */
const UNREADABLE = "...";

/**
 * Anything as plain data: bytes become hexadecimal, errors their name and message, numbers that JSON cannot say text; maps
 * become objects, sets lists, instances of classes what stands in them; functions and what is not there are left out.
 */
export function plainData(value: unknown): PlainData {
  return plain(value, 0) ?? null;
}

/** The same for the parts of an object. */
export function plainRecord(value: object): Readonly<Record<string, PlainData>> {
  return readable(() => recordOf(Object.entries(value), 0), {});
}

function plain(value: unknown, depth: number): PlainData | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "bigint":
      return value.toString();
    case "object":
      return value === null ? null : readable(() => plainObject(value, depth), UNREADABLE);
    default:
      return undefined;
  }
}

/** Objects may refuse to be looked at. */
function readable<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

function plainObject(value: object, depth: number): PlainData {
  if (depth > DEEPEST) return UNREADABLE;
  if (ArrayBuffer.isView(value)) return hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (value instanceof Error)
    return { name: value.name, message: value.message, ...recordOf(Object.entries(value), depth) };
  if (Array.isArray(value) || value instanceof Set) return [...value].map((entry) => plain(entry, depth + 1) ?? null);
  if (value instanceof Map) return recordOf([...value], depth);
  return recordOf(Object.entries(value), depth);
}

function recordOf(entries: readonly (readonly [unknown, unknown])[], depth: number): Record<string, PlainData> {
  const record: Record<string, PlainData> = {};
  for (const [name, entry] of entries) {
    const data = plain(entry, depth + 1);
    // Not by assignment: a part may be called __proto__.
    if (data !== undefined) Object.defineProperty(record, String(name), { value: data, ...OWN });
  }
  return record;
}

const OWN = { enumerable: true, writable: true, configurable: true } as const;

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
