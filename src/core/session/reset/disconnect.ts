import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { EspError } from "../../errors.ts";
import type { Link } from "../../link/link.ts";
import type { Port } from "../../port/port.ts";
import { checkSession } from "../check-session.ts";
import type { AfterMode, LiveSession, Session } from "../session.ts";
import { AFTER_MODES } from "../session.ts";
import { expectLoss } from "../talk/watch-loss.ts";
import { resetAsAsked, warnNotReset } from "./leave.ts";

export interface DisconnectOptions {
  /**
   * How the chip is left. `untouched`: nothing more is sent, because the chip runs code of its own that it would reach.
   * Default `hard-reset`; with `keepOpen` it is `untouched`.
   */
  readonly reset?: AfterMode | "untouched" | undefined;
  /** The port stays open and is handed back. Default false. */
  readonly keepOpen?: boolean | undefined;
}

const checkOptions: Check<DisconnectOptions> = shape<DisconnectOptions>({
  reset: optional(oneOf([...AFTER_MODES, "untouched"])),
  keepOpen: optional(checkBoolean),
});

/** Sessions that are being left: who leaves once more waits for the same. */
const LEAVING = new WeakMap<Link, Promise<Port | null>>();

/**
 * Ends the session: resets the chip as asked and closes the port, or hands it back open: its `open` then opens nothing,
 * and delivers all that has arrived since. May be called more than once; the first call decides. An operation that is
 * under way is broken off and rejects, with `session.closed` unless it has more to say (`efuse.burn-failed`); whatever
 * begins from now on is refused with `session.closed`. A chip or port that is gone already is no error here: there is a
 * warning, and the port is closed all the same.
 *
 * With `keepOpen` it throws `port.lost` when the port is gone, and `session.closed` when it is closed.
 *
 * @example
 * await disconnect(session);
 * @example
 * const port = await disconnect(session, { reset: "hard-reset", keepOpen: true });
 */
export async function disconnect(
  session: Session,
  options: DisconnectOptions & { readonly keepOpen: true },
): Promise<Port>;
export async function disconnect(
  session: Session,
  options?: DisconnectOptions & { readonly keepOpen?: false | undefined },
): Promise<void>;
export async function disconnect(session: Session, options: DisconnectOptions): Promise<Port | undefined>;
export async function disconnect(session: Session, options: DisconnectOptions = {}): Promise<unknown> {
  const live = checkSession(session, "session");
  const { keepOpen = false, reset = keepOpen ? "untouched" : "hard-reset" } = checkOptions(options, "options");
  const { link } = live;
  const leaving = LEAVING.get(link) ?? stopAndLeave(live, reset, keepOpen);
  LEAVING.set(link, leaving);
  const port = await leaving;
  if (!keepOpen) return undefined;
  if (port === null) throw link.lostBecause ?? closedPort();
  return port;
}

function closedPort(): EspError {
  return new EspError("session.closed", "The port was closed at the end of the session.", {
    hint: "The first call that ends a session decides whether its port stays open.",
  });
}

async function stopAndLeave(
  session: LiveSession,
  reset: AfterMode | "untouched",
  keepOpen: boolean,
): Promise<Port | null> {
  const { link } = session;
  let mayKeep = false;
  // Who leaves the chip to itself does not care whether the port stays.
  if (reset === "untouched") expectLoss(link);
  link.staysOpen = keepOpen;
  try {
    const isFree = await link.stop();
    if (reset !== "untouched" && isFree) await resetAsAsked(session, reset);
    else if (reset !== "untouched") warnNotReset(session, "the port is stuck in what was under way");
    mayKeep = keepOpen && isFree && link.isOpen && link.lostBecause === null;
  } finally {
    if (!mayKeep) await link.close();
  }
  return mayKeep ? link.handOver() : null;
}
