import type { Emit } from "../../events.ts";
import type { Link } from "../../link/link.ts";

/** Tells the loss of the port, once: by the port itself when nobody works, or by the work that met it. */
export function watchLoss(link: Link, emit: Emit): void {
  link.onLost = ({ code, message }) => {
    link.onLost = undefined;
    emit({ type: "session.lost", code, message });
  };
}

/** From now on the port may go away: a reset takes some along. */
export function expectLoss(link: Link): void {
  link.onLost = undefined;
}
