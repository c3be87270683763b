export interface SplitDescription {
  /** What the command does. */
  readonly sentence: string;
  /** What else there is to know of it; may be empty. */
  readonly more: string;
}

/** A description's first sentence, which stands above everything else in help, and the rest, which stands below. */
export function splitDescription(description: string): SplitDescription {
  const end = /\.(?= [A-Z])/.exec(description);
  if (end === null) return { sentence: description, more: "" };
  return { sentence: description.slice(0, end.index + 1), more: description.slice(end.index + 2) };
}
