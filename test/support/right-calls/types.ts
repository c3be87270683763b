/** How a public function is called rightly, so that one thing at a time can be made wrong. */
export interface RightCall {
  /** Made anew for each call. */
  readonly args: () => readonly unknown[] | Promise<readonly unknown[]>;
  /** Lets go of what a call that succeeded has made. */
  readonly after?: (result: never) => unknown;
  /** It is a class. */
  readonly isClass?: boolean;
  /** Places of bytes at which other things have a meaning, too. */
  readonly alsoOther?: readonly string[];
  /** Places of bytes at which a file may be given as a Blob. */
  readonly files?: readonly string[];
}

export type RightCalls = Readonly<Record<string, RightCall>>;

const WHOLE = new WeakSet<object>();

/** What the library or the host made: it is exchanged as a whole, never in part. */
export function whole<T extends object>(value: T): T {
  WHOLE.add(value);
  return value;
}

export function isWhole(value: object): boolean {
  if (WHOLE.has(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== Object.prototype && prototype !== Array.prototype;
}
