/** What a thing is, for a sentence. Nothing of it is run, and no text is repeated: it could be a key. */
export function describeValue(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean" || value === undefined) return String(value);
  if (value === "") return "an empty string";
  const kind = kindOf(value);
  if (kind === "null" || kind === "something that cannot be looked at") return kind;
  return `${/^[aeiou]/i.test(kind) && !kind.startsWith("Uint") ? "an" : "a"} ${kind}`;
}

/** One word or two for programs: `string`, `Promise`, `Blob`, `Uint32Array`, `object`. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  try {
    if (Array.isArray(value)) return "array";
    const tag = Object.prototype.toString.call(value).slice("[object ".length, -1);
    return tag === "Object" ? "object" : tag;
  } catch {
    return "something that cannot be looked at";
  }
}
