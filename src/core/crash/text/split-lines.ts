/** A line without an end is cut here: it is noise. */
const MOST_PENDING = 8192;

/** Lines out of pieces of any length. */
export interface LineSplitter {
  /** The lines that are complete by it, without their ends. */
  push(text: string): string[];
  /** What has no end yet; it is forgotten. */
  rest(): string;
}

export function splitLines(): LineSplitter {
  let pending = "";
  return {
    push: (text) => {
      const parts = (pending + text).split("\n");
      pending = (parts.pop() ?? "").slice(0, MOST_PENDING);
      return parts;
    },
    rest: () => {
      const rest = pending;
      pending = "";
      return rest;
    },
  };
}
