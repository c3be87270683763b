import { isEspError } from "../../errors.ts";
import type { LiveSession } from "../session.ts";
import type { RateSearch } from "./line-talk.ts";
import { isStillUnderstood } from "./try-rate.ts";

/** For the chip's part of an exchange; the time on the line is added. Nothing of this takes a chip long. */
const ANSWER_MS = 250;

/** The write of no bytes that takes the blocks of proofs. */
export interface ProofWrite {
  /** The stub that runs now has begun it. */
  isBegun: boolean;
}

/**
 * Begins a write of no bytes, into which `provesRate` sends its blocks: the stub looks at length and checksum of such a block,
 * answers, and writes as many bytes of it as are announced, which is none; and nothing is erased for none. RAM would not do
 * for the blocks: the stub does not look at the checksum of what goes there, and cannot be asked for more of it than a word
 * at a time. It need not be ended: the next write begins anew.
 *
 * To be done at a rate that is trusted: only the line guards the words of this command, and others would erase.
 */
export async function beginProof({ session, talk }: RateSearch, write: ProofWrite): Promise<void> {
  const { link, traits } = session;
  const encrypted = traits.sendsEncryptedWord ? { encrypted: 0 } : {};
  const nothing = { sizeBytes: 0, blocks: 1, blockSize: traits.flashBlockSize, address: 0, ...encrypted };
  await link.exchange(talk.FLASH_BEGIN, nothing, { timeoutMs: ANSWER_MS });
  write.isBegun = true;
}

/**
 * A line that garbles a byte now and then garbles some full payload at every rate, and is no worse at a high one. Whatever
 * garbles large payloads as such does it each time.
 */
const TRIES = { receiving: 2, sending: 3 } as const;

/**
 * Whether the present rate carries payloads of full size both ways: one packet of flash contents with the stub's own digest
 * of what it sent, and one full block. A stub that was started anew has begun no write yet, but its own code came over the
 * line at this rate, with checksums.
 */
export async function provesRate(search: RateSearch, write: ProofWrite): Promise<boolean> {
  if (!(await succeeds(search, TRIES.receiving, () => provesReceiving(search)))) return false;
  return await succeeds(search, TRIES.sending, async () => {
    if (!write.isBegun) await beginProof(search, write);
    return await provesSending(search);
  });
}

/** Tries again where the chip is understood after a failure, in step with it then. */
async function succeeds(search: RateSearch, tries: number, prove: () => Promise<boolean>): Promise<boolean> {
  for (let left = tries; ; left--) {
    try {
      if (await prove()) return true;
    } catch (error) {
      if (!isLineTrouble(search, error)) throw error;
    }
    if (left <= 1 || !(await isStillUnderstood(search))) return false;
  }
}

async function provesReceiving({ session, talk }: RateSearch): Promise<boolean> {
  return (await talk.readPacket(session.link, { address: 0, sizeBytes: talk.packetBytes }, ANSWER_MS)) !== null;
}

async function provesSending({ session: { link, traits }, talk }: RateSearch): Promise<boolean> {
  await link.exchange(
    talk.FLASH_DATA,
    { sequence: 0, block: anyBytes(traits.flashBlockSize) },
    { timeoutMs: ANSWER_MS },
  );
  return true;
}

/** Trouble that says something of the line, and nothing of chip or port. */
export function isLineTrouble({ talk }: RateSearch<LiveSession>, error: unknown): boolean {
  return talk.isTransient(error) || isEspError(error, "link.status") || isEspError(error, "link.desynchronised");
}

/** All values, in no order, the same every time. */
function anyBytes(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let state = 0x9e3779b9;
  for (let at = 0; at < sizeBytes; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
}
