import { expectedRate, lowerRate, type Restore, raiseRate } from "../../session/climb/climb.ts";
import type { LiveSession } from "../../session/session.ts";
import { flashMemo } from "./flash-memo.ts";
import { setUpAgain } from "./survive-loss.ts";

/**
 * Before so many bytes go over the line: at the best rate, where that is ours to find. The flash is attached before it, and
 * is after it.
 */
export async function makeLineFast(session: LiveSession, lineBytes: number): Promise<void> {
  await raiseRate(session, lineBytes, restoring(session));
}

/** What a byte will take on the line when so many are sent, in milliseconds: the climb comes before them. */
export function expectedLineMs(session: LiveSession, lineBytes: number): number {
  const { link } = session;
  return (link.lineMs(1) * link.baudRate) / expectedRate(session, lineBytes);
}

/** After trouble in a transfer, in step again: more slowly, where that is ours to choose. The flash is as it was. */
export async function slowDown(session: LiveSession): Promise<void> {
  await lowerRate(session, restoring(session));
}

function restoring(session: LiveSession): Restore {
  const setup = { ...flashMemo(session) };
  return async () => await setUpAgain(session, setup);
}

/**
 * Whether to go on more slowly after trouble. After the first, because most lines that fail are too fast; then only where
 * nothing gets through any more: noise that comes at any rate is no reason to crawl. Pure.
 */
export function isRateToBlame(troublesBefore: number, futileInARow: number): boolean {
  return troublesBefore === 0 || futileInARow > 1;
}
