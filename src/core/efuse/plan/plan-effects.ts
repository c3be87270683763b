import { existingFields } from "../table/find-field.ts";
import type { EfuseState, Protected } from "../table/types.ts";
import { isReadable, isWritable } from "../value/field-value.ts";

type Item = Protected & { readonly name: string };

function items(state: EfuseState): readonly Item[] {
  return [...existingFields(state), ...state.table.blocks];
}

function namesThat(before: EfuseState, after: EfuseState, can: (state: EfuseState, item: Item) => boolean): string[] {
  const lost = items(before).filter((item) => can(before, item) && !can(after, item));
  return [...new Set(lost.map((item) => item.name))];
}

/** Names of fields and blocks that could be read before and cannot be afterwards, in the order of the table. */
export function hiddenBy(before: EfuseState, after: EfuseState): readonly string[] {
  return namesThat(before, after, isReadable);
}

/** Names of fields and blocks that could be written before and cannot be afterwards, in the order of the table. */
export function lockedBy(before: EfuseState, after: EfuseState): readonly string[] {
  return namesThat(before, after, isWritable);
}
