import { checkSession } from "../../../src/core/session/check-session.ts";
import type { LiveSession, Session } from "../../../src/core/session/session.ts";

/** What is behind a session: its link, its memory, and what counts there. */
export const live = (session: Session): LiveSession => checkSession(session, "session");
