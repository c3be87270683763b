import type { FieldShape } from "../../../src/core/bytes/layout.ts";
import { code, table } from "./markdown.ts";

/** Offset, size, name and meaning of each field; `meaning` finds the words. */
export function fieldTable(fields: readonly FieldShape[], meaning: (field: string) => string): string {
  let offset: number | null = 0;
  const rows = fields.map(({ name, size, optional }) => {
    const place = offset === null ? "" : String(offset);
    offset = offset === null || size === null ? null : offset + size;
    const words = meaning(name);
    return [
      place,
      size === null ? "the rest" : String(size),
      code(name),
      optional ? `${words} (may be absent)` : words,
    ];
  });
  return table(["offset", "bytes", "field", "meaning"], rows);
}
