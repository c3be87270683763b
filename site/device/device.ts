// Shelf: the board that the page works with.
// In: a port, and what is to be done over it, one thing at a time.
// Out: a state to show; each change is told.

import type { EspError, EspEvent, Port, ProgressEvent, Session } from "../../src/index.ts";
import type { AskAgain } from "../../src/web.ts";
import type { TextKey } from "../texts/texts.ts";
import { createJournal, type Journal } from "./journal.ts";
import { stepOf } from "./step-of.ts";

/** What is being done now. */
export interface Activity {
  readonly what: TextKey;
  /** Of what changes flash, what is done just now: to check takes its time, too. Null: nothing is known yet. */
  readonly step: TextKey | null;
  readonly progress: ProgressEvent | null;
  /** Flash is being changed: to leave now would leave it half-written. */
  readonly changesFlash: boolean;
  readonly isCancelled: boolean;
  /** The board was unplugged; when it is back it is gone on with. */
  readonly isAway: boolean;
}

type Lost = Extract<EspEvent, { type: "session.lost" }>;

export type DeviceState =
  /** `port`: the one that was used last. */
  | { readonly kind: "away"; readonly port: Port | null }
  | { readonly kind: "connecting"; readonly port: Port }
  | { readonly kind: "ready"; readonly session: Session }
  | { readonly kind: "busy"; readonly session: Session; readonly activity: Activity }
  /** The program on the board runs, and somebody reads what it prints. */
  | { readonly kind: "lent"; readonly port: Port };

export interface Work<T> {
  readonly what: TextKey;
  readonly changesFlash?: boolean | undefined;
  readonly act: (session: Session, signal: AbortSignal) => Promise<T>;
  /** What the library tells meanwhile. */
  readonly hear?: ((event: EspEvent) => void) | undefined;
}

export interface Device {
  readonly state: DeviceState;
  /** The one that was used last. */
  readonly port: Port | null;
  /** Of what was done last; null: it did not fail. */
  readonly error: EspError | null;
  readonly journal: Journal;
  /** The board is away, and waited for; where it came back as another device the person has to give it to the page once more. */
  readonly missing: AskAgain | null;
  /** Whether the bytes on the line are told, too; counts from the next connection on. */
  tracesBytes: boolean;
  /** Returns what ends it. */
  subscribe(changed: () => void): () => void;
  connect(port: Port): Promise<void>;
  /** Null: it failed or was cancelled, and `error` says why. */
  run<T>(work: Work<T>): Promise<T | null>;
  cancel(): void;
  /** Starts the program on the board. */
  disconnect(): Promise<void>;
  /** Ends the session and gives its port away, closed; null where there is none, or something else is being done. */
  lend(): Promise<Port | null>;
  giveBack(): void;
  /** To be shown where the others are. */
  fail(error: unknown): void;
  dismissError(): void;
  /** For `requestPort`. */
  askAgain(again: AskAgain): void;
  /** Right from a click. */
  chooseAgain(): Promise<void>;
  giveUp(): void;
}

export function createDevice(): Device {
  const listeners = new Set<() => void>();
  const journal = createJournal(() => Date.now());
  let state: DeviceState = { kind: "away", port: null };
  let error: EspError | null = null;
  let stop = new AbortController();
  let tracesBytes = false;
  let missing: AskAgain | null = null;
  /** Why the port of the session is gone; null: it is there. */
  let gone: Lost | null = null;
  let heardBy: Work<unknown>["hear"];

  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const become = (next: DeviceState): void => {
    state = next;
    tell();
  };
  const fail = async (reason: unknown): Promise<void> => {
    error = await toError(reason);
    tell();
  };
  const hear = (event: EspEvent): void => {
    journal.add(event);
    heardBy?.(event);
    if (event.type === "session.lost" || event.type === "session.restored") {
      gone = event.type === "session.lost" ? event : null;
      if (state.kind === "busy") become({ ...state, activity: { ...state.activity, isAway: gone !== null } });
      if (state.kind === "ready" && gone !== null) void miss(state.session, gone);
    }
    const step = stepOf(event);
    if (state.kind === "busy" && state.activity.changesFlash && step !== null && step !== state.activity.step)
      become({ ...state, activity: { ...state.activity, step } });
    if (event.type === "progress" && state.kind === "busy") {
      const { type: _type, session: _session, ...progress } = event;
      become({ ...state, activity: { ...state.activity, progress } });
      return;
    }
    if (event.type === "warning" || event.type === "trace") tell();
  };
  const connectTo = async (port: Port): Promise<void> => {
    error = null;
    gone = null;
    stop = new AbortController();
    become({ kind: "connecting", port });
    try {
      const { connect } = await import("../../src/index.ts");
      const session = await connect(port, { onEvent: hear, trace: tracesBytes, signal: stop.signal });
      become({ kind: "ready", session });
    } catch (reason) {
      become({ kind: "away", port });
      await fail(reason);
    }
  };
  const leaveOnce = async (session: Session): Promise<void> => {
    try {
      const { disconnect } = await import("../../src/index.ts");
      await disconnect(session);
    } catch (reason) {
      await fail(reason);
    } finally {
      leaving = null;
      become({ kind: "away", port });
    }
  };
  const leave = (session: Session): Promise<void> => {
    leaving ??= leaveOnce(session);
    return leaving;
  };
  /** Over a port that is gone nothing more can be done. */
  const miss = async (session: Session, { code, message }: Lost): Promise<void> => {
    const { EspError: Known } = await import("../../src/index.ts");
    error ??= new Known(code, message, { hint: "Plug the board in, then connect it again." });
    await leave(session);
  };
  let port: Port | null = null;
  /** While the session ends nothing is begun over it. */
  let leaving: Promise<void> | null = null;

  return {
    get state() {
      return state;
    },
    get port() {
      return port;
    },
    get error() {
      return error;
    },
    journal,
    get missing() {
      return missing;
    },
    get tracesBytes() {
      return tracesBytes;
    },
    set tracesBytes(value) {
      tracesBytes = value;
      tell();
    },
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    connect: async (next) => {
      if (state.kind !== "away") return;
      port = next;
      await connectTo(next);
    },
    run: async ({ what, changesFlash = false, act, hear: listener }) => {
      if (state.kind !== "ready" || leaving !== null) {
        await fail(new Error("The board is busy, or is not there any more: nothing was done."));
        return null;
      }
      const { session } = state;
      error = null;
      stop = new AbortController();
      heardBy = listener;
      become({
        kind: "busy",
        session,
        activity: { what, step: null, progress: null, changesFlash, isCancelled: false, isAway: false },
      });
      try {
        return await act(session, stop.signal);
      } catch (reason) {
        await fail(reason);
        return null;
      } finally {
        heardBy = undefined;
        // A session whose port is closed cannot be gone on with.
        if (session.baudRate === 0) become({ kind: "away", port });
        else if (gone !== null) await miss(session, gone);
        else become({ kind: "ready", session });
      }
    },
    cancel: () => {
      if (state.kind === "busy") become({ ...state, activity: { ...state.activity, isCancelled: true } });
      stop.abort();
    },
    disconnect: async () => {
      if (state.kind === "ready") await leave(state.session);
    },
    lend: async () => {
      if (state.kind === "ready") await leave(state.session);
      if (state.kind !== "away" || port === null) return null;
      error = null;
      become({ kind: "lent", port });
      return port;
    },
    giveBack: () => {
      if (state.kind === "lent") become({ kind: "away", port });
    },
    fail: (reason) => void fail(reason),
    dismissError: () => {
      error = null;
      tell();
    },
    askAgain: (again) => {
      missing = again;
      tell();
      void again.settled.then(() => {
        if (missing === again) missing = null;
        tell();
      });
    },
    chooseAgain: async () => {
      error = null;
      try {
        await missing?.choose();
      } catch (reason) {
        // It may be asked again.
        await fail(reason);
      }
    },
    giveUp: () => missing?.cancel(),
  };
}

async function toError(reason: unknown): Promise<EspError> {
  const { EspError: Known, isEspError } = await import("../../src/index.ts");
  if (isEspError(reason)) return reason;
  return new Known("internal", reason instanceof Error ? reason.message : String(reason), { cause: reason });
}
