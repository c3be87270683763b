import { ASYNC_DISPOSE } from "../async-dispose.ts";
import type { LiveSession, Session } from "./session.ts";

const LIVE = new WeakMap<object, LiveSession>();

/** A session for its user: facts alone. */
export function handOut(live: LiveSession, end: (session: Session) => Promise<void>): Session {
  const { name, chip, loader, identity, mac, crystalMhz, usbMode, securityInfo, secureDownload, link } = live;
  const session: Session = Object.freeze({
    name,
    chip,
    loader,
    identity,
    mac,
    crystalMhz,
    usbMode,
    securityInfo,
    secureDownload,
    get baudRate() {
      return link.isOpen ? link.baudRate : 0;
    },
    [ASYNC_DISPOSE]: () => end(session),
  });
  LIVE.set(session, live);
  return session;
}

/** What is behind it, or undefined where it was not handed out. */
export function liveSession(session: object): LiveSession | undefined {
  return LIVE.get(session);
}
