import { isEspError } from "../../errors.ts";
import { Ahead, PAUSE_BYTES } from "../../link/ahead.ts";
import type { LiveSession } from "../../session/session.ts";
import { isTransient, repeatable, resynchronise } from "../../session/talk/resynchronise.ts";
import type { Command } from "../../wire/command.ts";
import { READ_REG } from "../../wire/commands.ts";
import { ASSUMED_EXCHANGE_MS, flashMemo } from "./flash-memo.ts";

/** A command with its values. */
export type Question<Request, Reply> = readonly [command: Command<Request, Reply>, request: Request];

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
export async function askBoth<Request1, Reply1, Request2, Reply2>(
  session: LiveSession,
  first: Question<Request1, Reply1>,
  second: Question<Request2, Reply2>,
): Promise<readonly [Reply1, Reply2]> {
  const { link } = session;
  if (asksAhead(session)) {
    const ahead = new Ahead(link);
    const given: [Reply1?, Reply2?] = [];
    try {
      await ahead.ask(...first, (reply) => {
        given[0] = reply;
      });
      await ahead.ask(...second, (reply) => {
        given[1] = reply;
      });
      while (!ahead.isDrained) await ahead.next();
      return given as [Reply1, Reply2];
    } catch (error) {
      await askSingly(session, error);
    }
  }
  return await repeatable(
    session,
    async () => [await link.exchange(...first), await link.exchange(...second)] as const,
  );
}

/**
 * What to do when asking ahead has failed: the line in step again, and one question after the other for the rest of the
 * session. Throws what no line does.
 */
export async function askSingly(session: LiveSession, error: unknown): Promise<void> {
  if (!isTransient(error) && !isEspError(error, "link.status")) throw error;
  flashMemo(session).asksSingly = true;
  await resynchronise(session);
}

/** Words that do not change while the loader runs, as `readWord` asks for them, two at a time; `memory` has them then. */
export async function readWordsAhead(session: LiveSession, addresses: readonly number[]): Promise<void> {
  const { words } = session.memory;
  const unknown = addresses.filter((address) => !words.has(address));
  for (let at = 0; at + 1 < unknown.length; at += 2) {
    const [one, other] = [unknown[at] ?? 0, unknown[at + 1] ?? 0];
    const [first, second] = await askBoth(session, [READ_REG, { address: one }], [READ_REG, { address: other }]);
    words.set(one, first).set(other, second);
  }
}
