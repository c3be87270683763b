import { isEspError } from "../../errors.ts";
import { Ahead, PAUSE_BYTES } from "../../link/ahead.ts";
import type { LiveSession } from "../../session/session.ts";
import { isTransient, repeatable, resynchronise } from "../../session/talk/resynchronise.ts";
import type { Command } from "../../wire/command.ts";
import { READ_REG } from "../../wire/commands.ts";
import { ASSUMED_EXCHANGE_MS, flashMemo } from "./flash-memo.ts";

/** A command with its values. */
export interface Question<Reply> {
  readonly exchange: (session: LiveSession) => Promise<Reply>;
  readonly ask: (ahead: Ahead, answered: (reply: Reply) => void) => Promise<void>;
}

export function question<Request, Reply>(command: Command<Request, Reply>, request: Request): Question<Reply> {
  return {
    exchange: ({ link }) => link.exchange(command, request),
    ask: (ahead, answered) => ahead.ask(command, request, answered),
  };
}

/** Two at once are worth it where the pause between them is short beside what waiting for an answer takes. */
const PAUSES_IN_EXCHANGE = 2;

/**
 * Whether the next question may be asked while the chip works on the one before: of the stub that was uploaded here it is
 * known how it receives, and where that has failed it is not tried again in this session.
 */
export function asksAhead(session: LiveSession): boolean {
  const { link } = session;
  const { asksSingly, exchangeMs } = flashMemo(session);
  const pays = PAUSES_IN_EXCHANGE * link.lineMs(PAUSE_BYTES) < (exchangeMs ?? ASSUMED_EXCHANGE_MS);
  return session.loader === "stub" && session.plugins !== undefined && !asksSingly && pays;
}

/**
 * Two commands that may be repeated, one after the other; the second is on its way while the first is answered, where that
 * can be. Throws as `repeatable` does.
 */
export async function askBoth<First, Second>(
  session: LiveSession,
  first: Question<First>,
  second: Question<Second>,
): Promise<readonly [First, Second]> {
  const answers = asksAhead(session) ? await tryBoth(session, first, second) : null;
  if (answers !== null) return answers;
  return await repeatable(
    session,
    async () => [await first.exchange(session), await second.exchange(session)] as const,
  );
}

async function tryBoth<First, Second>(
  session: LiveSession,
  first: Question<First>,
  second: Question<Second>,
): Promise<readonly [First, Second] | null> {
  const ahead = new Ahead(session.link);
  const given: [First?, Second?] = [];
  try {
    await first.ask(ahead, (reply) => {
      given[0] = reply;
    });
    await second.ask(ahead, (reply) => {
      given[1] = reply;
    });
    while (!ahead.isDrained) await ahead.next();
    return given as [First, Second];
  } catch (error) {
    if (!isTransient(error) && !isEspError(error, "link.status")) throw error;
    flashMemo(session).asksSingly = true;
    await resynchronise(session);
    return null;
  }
}

/** Words that do not change while the loader runs, as `readWord` asks for them, two at a time; `memory` has them then. */
export async function readWordsAhead(session: LiveSession, addresses: readonly number[]): Promise<void> {
  const { words } = session.memory;
  const unknown = addresses.filter((address) => !words.has(address));
  for (let at = 0; at + 1 < unknown.length; at += 2) {
    const [one, other] = [unknown[at] ?? 0, unknown[at + 1] ?? 0];
    const [first, second] = await askBoth(
      session,
      question(READ_REG, { address: one }),
      question(READ_REG, { address: other }),
    );
    words.set(one, first).set(other, second);
  }
}
