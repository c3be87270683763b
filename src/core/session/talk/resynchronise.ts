import { Deadline, sleep } from "../../clock.ts";
import { type ErrorCode, isEspError } from "../../errors.ts";
import type { Link } from "../../link/link.ts";
import { WRONG_ESCAPE } from "../../wire/slip.ts";
import { failure } from "./failure.ts";
import { type KnownChip, requireSameChip } from "./same-chip.ts";
import { syncOnce } from "./sync.ts";

/** First waits are short: in the usual case one byte was lost. The last is repeated while the chip may be busy. */
const WAITS_MS: readonly number[] = [100, 250, 500, 1000, 2000, 4000, 8000];
const LAST_WAIT_MS = 8000;
/** For who only wants to leave: some two seconds. */
const SHORT_ROUNDS = 4;
/** Silence after which nothing more is on its way. */
const QUIET_MS = 50;
/** So long after what ended a frame the stub has polled its buffers and takes the next one, behind any adapter. */
const FRAME_END_MS = 10;

/** Who is talked to; while a connection is being made, not yet which chip it is. */
export interface Conversation extends Partial<Pick<KnownChip, "chip" | "mac">> {
  readonly link: Link;
  readonly loader: "rom" | "stub";
}

/**
 * Finds common ground again after a lost or garbled answer: whatever is under way arrives and is dropped, then a SYNC
 * is answered, by the chip that was there before. Says nothing about the commands before: whoever sent them must find out
 * what they did.
 *
 * `patience: "short"` gives up after two seconds, whatever the chip may be busy with.
 * Throws `link.desynchronised` when the chip stays silent or turns out to have been reset (a ROM loader answers in the
 * place of the stub), `connect.wrong-chip` when another chip answers, `port.lost` when the port is gone.
 */
export async function resynchronise(
  session: Conversation,
  options: { readonly patience?: "long" | "short" | undefined } = {},
): Promise<void> {
  const { link } = session;
  const isShort = options.patience === "short";
  link.counters.resynchronisations++;
  // An erase or a large block may keep the chip busy for minutes; it answers when that is done.
  const busy = new Deadline(link.clock, isShort ? 0 : link.outstandingMs);
  const rounds = isShort ? SHORT_ROUNDS : WAITS_MS.length;
  for (let round = 0; round < rounds || !busy.passed; round++) {
    if (session.loader === "stub") await endFrame(link);
    const result = await syncOnce(link, WAITS_MS[round] ?? LAST_WAIT_MS);
    if (result === null) continue;
    await settle(link);
    if (session.loader === "stub" && !result.stubRunning) throw await failure("link.desynchronised", "was-reset", {});
    if (!isShort && !(await isStillThere(session))) continue;
    link.suspect = false;
    link.outstandingMs = 0;
    return;
  }
  throw await failure("link.desynchronised", "no-answer", {});
}

/** A stub that has lost a delimiter believes to be in a frame; nothing that is one could tell it otherwise. */
async function endFrame(link: Link): Promise<void> {
  await link.sendBytes(WRONG_ESCAPE);
  await sleep(link.clock, FRAME_END_MS, link.signal);
}

/** False: the answer was lost. Whoever only wants to leave does not mind which chip it is. */
async function isStillThere({ link, chip, mac }: Conversation): Promise<boolean> {
  if (chip === undefined || mac === undefined) return true;
  try {
    await requireSameChip({ link, chip, mac });
    return true;
  } catch (error) {
    // The next operation has to find out once more.
    link.suspect = true;
    if (!isTransient(error)) throw error;
    return false;
  }
}

async function settle(link: Link): Promise<void> {
  for (let rounds = 0; rounds < 40; rounds++) {
    if ((await link.receiveFrame(new Deadline(link.clock, QUIET_MS))) === null) break;
  }
  link.discard();
}

const ATTEMPTS = 3;

/** True for a lost or mangled answer: the line is to blame, not the command. */
export function isLineError(error: unknown): boolean {
  if (isEspError(error, "link.status")) return LINE_STATUSES.has(Number(error.details["status"]));
  return isEspError(error) && LINE_ERRORS.has(error.code);
}

const LINE_ERRORS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["link.timeout", "link.reply-short", "link.garbled"]);

/** Statuses with which a loader says that the request reached it damaged (checksum, length, format). */
const LINE_STATUSES: ReadonlySet<number> = new Set([0x0107, 0xc000, 0xc100, 0xc300]);

/**
 * True when doing again what may be done twice can help: a line error, or a command refused as unknown that the loader is known to have,
 * which is how a ROM answers a request whose opcode was garbled on the way.
 */
export function isTransient(error: unknown): boolean {
  return isLineError(error) || isEspError(error, "link.unsupported-command");
}

/**
 * Does what may be done twice (reads, digests, erasing again): after a line error the link is synchronised and the
 * work repeated, up to three times in all. `transient` tells which errors are worth it.
 */
export async function repeatable<T>(
  session: Conversation,
  work: () => Promise<T>,
  transient: (error: unknown) => boolean = isTransient,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !transient(error)) throw error;
      await resynchronise(session);
    }
  }
}
