import { EspError } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import { readPacket } from "../../session/talk/read-packet.ts";
import { repeatable } from "../../session/talk/resynchronise.ts";
import { READ_FLASH_SLOW, READ_FLASH_SLOW_LENGTH } from "../../wire/commands.ts";
import { flashHolds } from "../flash-digest.ts";

/** In bytes; no more than the stub sends in one packet. */
interface LittleRange {
  readonly address: number;
  readonly sizeBytes: number;
}

/**
 * A little of flash, for who has to look at it and does without all that `readFlash` can: 4096 bytes at most. The stub proves
 * what it sends; what a ROM sends is as it came. The flash is attached by then. Throws `link.*`, `port.*`.
 */
export async function readLittle(session: LiveSession, range: LittleRange): Promise<Uint8Array<ArrayBuffer>> {
  const { link, limits, traits } = session;
  if (!traits.canReadFast) return await readSlowly(session, range);
  return await repeatable(session, async () => (await readPacket(link, range, limits.defaultMs)) ?? damaged());
}

/** The same, proved by the chip's own digest where the loader does not prove it. */
export async function readLittleProved(session: LiveSession, range: LittleRange): Promise<Uint8Array<ArrayBuffer>> {
  return await repeatable(session, async () => {
    const data = await readLittle(session, range);
    const isProved = session.traits.canReadFast || (await flashHolds(session, range.address, data));
    return isProved ? data : damaged();
  });
}

function damaged(): never {
  throw new EspError("link.garbled", "What was read from flash was damaged on the way.");
}

async function readSlowly(session: LiveSession, { address, sizeBytes }: LittleRange): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += READ_FLASH_SLOW_LENGTH) {
    const request = { address: address + at, sizeBytes: Math.min(READ_FLASH_SLOW_LENGTH, sizeBytes - at) };
    const answer = await repeatable(session, () => session.link.exchange(READ_FLASH_SLOW, request));
    bytes.set(answer.subarray(0, request.sizeBytes), at);
  }
  return bytes;
}
