import type { LiveSession } from "../../session/session.ts";

const MARK: unique symbol = Symbol("flash memo");

/** What a chip's eFuses forbid or make dangerous (fact sheet 4.4). */
export interface SecurityFacts {
  /** Flash encryption is on: an odd number of bits of the crypt count is set. */
  readonly flashEncryption: boolean;
  readonly manualEncryptDisabled: boolean;
  /** Either version. */
  readonly secureBoot: boolean;
  readonly secureBootV1: boolean;
  /** Flash encryption takes its key from the key manager. */
  readonly keyManager: boolean;
}

/** What the flash room has learnt of the chip in this session and need not ask again. */
export interface FlashMemo {
  readonly [MARK]: true;
  /** How the flash was attached (`""` for the default pins), or null while it is not. */
  attachedWith: string | null;
  /** USR and USR2 as the loader had them before the first SPI command of ours. */
  idleSpi: { readonly usr: number; readonly usr2: number } | null;
  /** SPI commands have run since USR and USR2 were last put back. */
  spiDirty: boolean;
  /** The 24 bits that command 9F gives. */
  jedecWord: number | null;
  /** Flash size that the loader was told with SPI_SET_PARAMS. */
  parametersSizeBytes: number | null;
  /** Something was irregular in a read whose frames were acknowledged while they came: not in this session any more. */
  acknowledgesLate: boolean;
  /** A question that was asked ahead was lost, or its answer: one after the other for the rest of this session. */
  asksSingly: boolean;
  /** What an exchange takes on this line, as the last that did no work on flash have shown. */
  exchangeMs: number | null;
  /** NAND flash, while it is what the pins lead to. */
  nand: NandMemo | null;
}

/** What has been learnt of NAND flash. */
export interface NandMemo {
  /** The pins, as the caller named them. */
  readonly attachedWith: string;
  /** Block to whether it is marked bad. */
  readonly marks: Map<number, boolean>;
}

/** What an exchange takes, until one was measured: a frame of USB each way, and the loader. */
export const ASSUMED_EXCHANGE_MS = 5;

/** Of a loader that was just started. */
const NOTHING_TOLD = {
  attachedWith: null,
  idleSpi: null,
  spiDirty: false,
  jedecWord: null,
  parametersSizeBytes: null,
} as const satisfies Partial<FlashMemo>;

/** The memo of a session, made when it is first asked for. */
export function flashMemo(session: Pick<LiveSession, "memory">): FlashMemo {
  const known = session.memory.flash;
  if (isMemo(known)) return known;
  const memo: FlashMemo = {
    [MARK]: true,
    ...NOTHING_TOLD,
    acknowledgesLate: false,
    asksSingly: false,
    exchangeMs: null,
    nand: null,
  };
  session.memory.flash = memo;
  return memo;
}

function isMemo(value: unknown): value is FlashMemo {
  return typeof value === "object" && value !== null && MARK in value;
}

/** What was learnt of the loader and told to it is void when it was started anew. */
export function forgetLoader(session: Pick<LiveSession, "memory">): void {
  Object.assign(flashMemo(session), NOTHING_TOLD);
}

/** How often an answer was waited for; of two questions under way only once. */
export function waits({ link }: Pick<LiveSession, "link">): number {
  return link.counters.exchanges - link.counters.ahead;
}

/** Preparing is exchanges without much work: what one takes says what a question will. */
export function notePace(session: Pick<LiveSession, "memory">, exchanges: number, elapsedMs: number): void {
  if (exchanges > 0) flashMemo(session).exchangeMs = elapsedMs / exchanges;
}
