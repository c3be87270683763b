import { type Check, optional } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import type { AbortSignalLike } from "../errors.ts";
import { checkSession } from "../session/check-session.ts";
import { RESET_TOOLS } from "../session/reset/leave.ts";
import { startApplication } from "../session/reset/start-application.ts";
import type { Session } from "../session/session.ts";
import { operation } from "../session/talk/operation.ts";
import { attachFlash } from "./setup/attach.ts";

export interface RunApplicationOptions {
  readonly signal?: AbortSignalLike | undefined;
}

const checkRunOptions: Check<RunApplicationOptions> = shape<RunApplicationOptions>({ signal: optional(checkSignal) });

/**
 * Starts the application in flash, as far as the loader can: true when it runs now (all that is left to do with the
 * session is `disconnect` with `untouched`), false where only a reset starts it, because the flasher stub runs.
 * Throws `flash.*`, `link.*`, `port.*`.
 */
export async function runApplication(session: Session, options: RunApplicationOptions = {}): Promise<boolean> {
  const live = checkSession(session, "session");
  const wanted = checkRunOptions(options, "options");
  return await operation(live, wanted.signal, async () => {
    await attachFlash(live);
    if (live.loader === "rom") {
      await startApplication(live, RESET_TOOLS);
      return true;
    }
    live.emit({
      type: "note",
      code: "stub.cannot-run",
      message: "The flasher stub cannot start the application; the reset at the end does.",
    });
    return false;
  });
}
