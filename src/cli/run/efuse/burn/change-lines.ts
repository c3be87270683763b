import { type EfuseState, type FieldChange, formatBits } from "../../../../efuse.ts";

/** What changes, a field a line, as scripts look for it (fact sheet A13). Keys are shown only where that is asked for. */
export function changeLines(
  changes: readonly FieldChange[],
  { table }: EfuseState,
  showsKeys: boolean = false,
): string[] {
  return changes.map(({ field, block, width, from, to, secret }) => {
    const found = table.fields.find(({ name }) => name === field);
    const name = field ?? `bits of ${table.blocks[block]?.name ?? block}`;
    const what = found === undefined ? "" : ` (${found.description})`;
    const values = secret && !showsKeys ? "?? -> ??" : `${formatBits(from, width)} -> ${formatBits(to, width)}`;
    return `    - '${name}'${what} ${values}`;
  });
}
