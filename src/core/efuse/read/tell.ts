import { messageOf } from "../../errors.ts";
import type { EventBody } from "../../events.ts";
import { callSafely } from "../../shield-listener.ts";
import type { EfuseDevice } from "./device.ts";

const COMPLAINED = new WeakSet<EfuseDevice["emit"]>();

/**
 * Tells what happens. A device may be anybody's, and so what listens to it: that it fails must not stop a burn half-way, so
 * there is one warning and nothing else.
 */
export function tell({ emit }: Pick<EfuseDevice, "emit">, event: EventBody): void {
  callSafely(
    () => emit(event),
    (error) => {
      if (COMPLAINED.has(emit)) return;
      COMPLAINED.add(emit);
      const message = `The listener for events failed at '${event.type}': ${messageOf(error)}. The work goes on.`;
      callSafely(
        () => emit({ type: "warning", code: "listener.failed", message, details: { event: event.type } }),
        () => {},
      );
    },
  );
}
