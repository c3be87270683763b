import { EspError } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import { readPacket } from "../../session/talk/read-packet.ts";
import { repeatable } from "../../session/talk/resynchronise.ts";
import { READ_FLASH_SLOW, READ_FLASH_SLOW_LENGTH } from "../../wire/commands.ts";
import { flashHolds } from "../flash-digest.ts";
import { readJedecWord } from "../setup/jedec-id.ts";
import { readStatus } from "../setup/status.ts";
import type { FlashQuestions } from "./explain-mismatch.ts";

/** What may be asked about a flash that does not hold what was written. */
export function questionsOf(session: LiveSession): FlashQuestions {
  const { link, limits, traits } = session;
  const canAskFlash = traits.canReadRegisters;
  return {
    read: async (address, sizeBytes) =>
      traits.canReadFast
        ? await repeatable(session, async () => whole(await readPacket(link, { address, sizeBytes }, limits.defaultMs)))
        : await readSlowly(session, address, sizeBytes),
    holds: async (address, data) => await flashHolds(session, address, data),
    jedecId: async () => (canAskFlash ? await readJedecWord(session, true) : null),
    status: async () => (canAskFlash ? await readStatus(session, 2) : null),
  };
}

function whole(packet: Uint8Array<ArrayBuffer> | null): Uint8Array<ArrayBuffer> {
  if (packet !== null) return packet;
  throw new EspError("link.garbled", "What was read from flash was damaged on the way.");
}

async function readSlowly(session: LiveSession, address: number, sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += READ_FLASH_SLOW_LENGTH) {
    const request = { address: address + at, sizeBytes: Math.min(READ_FLASH_SLOW_LENGTH, sizeBytes - at) };
    const answer = await repeatable(session, () => session.link.exchange(READ_FLASH_SLOW, request));
    bytes.set(answer.subarray(0, request.sizeBytes), at);
  }
  return bytes;
}
