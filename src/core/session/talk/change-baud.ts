import { sleep } from "../../clock.ts";
import { CHANGE_BAUDRATE } from "../../wire/commands.ts";
import type { LiveSession } from "../session.ts";
import { failure } from "./failure.ts";
import { readWords } from "./registers.ts";
import { isTransient, resynchronise } from "./resynchronise.ts";
import { syncOnce } from "./sync.ts";
import { tellUnusual } from "./tell-unusual.ts";

/**
 * The chip needs a moment to switch after its answer (fact sheet 3.9). Who needs longer misses the first SYNC and answers the
 * second.
 */
const SWITCH_MS = 20;

/**
 * Moves chip and port to another baud rate and makes sure that they still understand each other; where they do not,
 * the old rate is used again. Throws `session.baud-failed` when neither works.
 */
export async function changeBaud(session: LiveSession, baudRate: number): Promise<void> {
  const { link, traits, chip, emit } = session;
  const { path } = link.port.info;
  const kept = link.baudRate;
  if (!link.port.capabilities.baud) return await tellUnusual(emit, "warning", "baud.fixed", { path, kept });
  if (!traits.canChangeBaud) {
    const isLocked = session.secureDownload;
    return await tellUnusual(emit, "warning", "baud.rom", { chip: chip.name, kept, isLocked });
  }
  emit({ type: "baud.changing", baudRate });
  await switchTo(session, baudRate);
  if (!(await answers(session))) return await fallBack(session, kept, baudRate);
  emit({ type: "baud.changed", baudRate });
}

/** Sends the command and switches the port. No check yet. Returns how long the chip's answer took, in milliseconds. */
export async function switchTo(session: LiveSession, baudRate: number): Promise<number> {
  const { link, traits } = session;
  const second = traits.baudSecondWord === "current" ? link.baudRate : 0;
  const first = await rateWord(session, baudRate);
  const startedAt = link.clock.now();
  try {
    await link.exchange(CHANGE_BAUDRATE, { baudRate: first, currentBaudRate: second });
  } catch (error) {
    // A lost answer says nothing about whether the chip has switched; the check afterwards finds out.
    if (!isTransient(error)) throw error;
  }
  const elapsedMs = link.clock.now() - startedAt;
  await link.setBaudRate(baudRate);
  await sleep(link.clock, SWITCH_MS, link.signal);
  link.discard();
  link.suspect = false;
  return elapsedMs;
}

/** What to ask for so that the chip really ends up at `baudRate`. */
async function rateWord(session: LiveSession, baudRate: number): Promise<number> {
  const { romBaud } = session.chip;
  if (session.loader === "stub" || romBaud === null || session.crystalMhz === null) return baudRate;
  const word = await readWords(session, romBaud.registers);
  return romBaud.compute(baudRate, session.crystalMhz, word);
}

/** Two short tries; the rate either works or it does not. */
async function answers(session: LiveSession): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt++) {
    const answer = await syncOnce(session.link, session.limits.syncMs * 2);
    if (answer !== null) return true;
  }
  return false;
}

async function fallBack(session: LiveSession, before: number, refused: number): Promise<void> {
  await session.link.setBaudRate(before);
  session.link.discard();
  try {
    await resynchronise(session);
  } catch (error) {
    throw await failure(
      "session.baud-failed",
      "rate-lost",
      { refused, before },
      {
        remedies: ["lower-baud-rate"],
        cause: error,
      },
    );
  }
  await tellUnusual(session.emit, "warning", "baud.fallback", { refused, kept: before });
}
