import type { Emit, EspEvent } from "../../events.ts";

/** Tells all but events of these types: of what is done in passing. */
export function emitWithout(emit: Emit, types: readonly EspEvent["type"][]): Emit {
  return (body) => {
    if (!types.includes(body.type)) emit(body);
  };
}
