/** A type as it is written around a name: `int (*` and `)[3]` of a pointer to an array. */
export interface Type {
  readonly left: string;
  readonly right: string;
  /** Pointers to it want parentheses: functions and arrays. */
  readonly wrapsPointers: boolean;
}

export const plain = (left: string): Type => ({ left, right: "", wrapsPointers: false });

export const written = ({ left, right }: Type): string => left + right;

/** The type with `*`, `&` or `&&` behind it. */
export function pointerTo({ left, right, wrapsPointers }: Type, mark: string): Type {
  if (!wrapsPointers) return { left: left + mark, right, wrapsPointers: false };
  return { left: `${left} (${mark}`, right: `)${right}`, wrapsPointers: false };
}

/** The type with `const` or `volatile` behind it; of a function behind its parameters. */
export function qualified(type: Type, qualifier: string): Type {
  if (type.wrapsPointers && type.right.startsWith("(")) return { ...type, right: `${type.right} ${qualifier}` };
  return { ...type, left: `${type.left} ${qualifier}` };
}

/** A reference to a reference is the weaker of both. */
export function referenceTo(type: Type, mark: "&" | "&&"): Type {
  if (type.left.endsWith("&&")) return mark === "&&" ? type : { ...type, left: type.left.slice(0, -1) };
  return type.left.endsWith("&") ? type : pointerTo(type, mark);
}
