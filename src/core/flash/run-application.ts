import type { AbortSignalLike } from "../errors.ts";
import { startApplication } from "../session/leave.ts";
import { operation } from "../session/operation.ts";
import type { Session } from "../session/session.ts";
import { attachFlash } from "./attach.ts";

export interface RunApplicationOptions {
  readonly signal?: AbortSignalLike;
}

/**
 * Starts the application in flash, as far as the loader can: true when it runs now (all that is left to do with the
 * session is `detach`), false where only a reset starts it, because the flasher stub runs.
 * Throws `flash.*`, `link.*`, `port.*`.
 */
export async function runApplication(session: Session, options: RunApplicationOptions = {}): Promise<boolean> {
  return await operation(session, options.signal, async () => {
    await attachFlash(session);
    if (session.loader === "rom") {
      await startApplication(session);
      return true;
    }
    session.emit({
      type: "note",
      code: "stub.cannot-run",
      message: "The flasher stub cannot start the application; the reset at the end does.",
    });
    return false;
  });
}
