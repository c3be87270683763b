import { isEspError } from "../../errors.ts";
import { FLASH_BEGIN, FLASH_DATA } from "../../wire/commands.ts";
import type { StubSession } from "../session.ts";
import { PACKET_BYTES, readPacket } from "../talk/read-packet.ts";
import { isTransient } from "../talk/resynchronise.ts";
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
export async function beginProof({ link, traits }: StubSession, write: ProofWrite): Promise<void> {
  const encrypted = traits.sendsEncryptedWord ? { encrypted: 0 } : {};
  const nothing = { sizeBytes: 0, blocks: 1, blockSize: traits.flashBlockSize, address: 0, ...encrypted };
  await link.exchange(FLASH_BEGIN, nothing, { timeoutMs: ANSWER_MS });
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
export async function provesRate(session: StubSession, write: ProofWrite): Promise<boolean> {
  if (!(await succeeds(session, TRIES.receiving, () => provesReceiving(session)))) return false;
  return await succeeds(session, TRIES.sending, async () => {
    if (!write.isBegun) await beginProof(session, write);
    return await provesSending(session);
  });
}

/** Tries again where the chip is understood after a failure, in step with it then. */
async function succeeds(session: StubSession, tries: number, prove: () => Promise<boolean>): Promise<boolean> {
  for (let left = tries; ; left--) {
    try {
      if (await prove()) return true;
    } catch (error) {
      if (!isLineTrouble(error)) throw error;
    }
    if (left <= 1 || !(await isStillUnderstood(session))) return false;
  }
}

async function provesReceiving({ link }: StubSession): Promise<boolean> {
  return (await readPacket(link, { address: 0, sizeBytes: PACKET_BYTES }, ANSWER_MS)) !== null;
}

async function provesSending({ link, traits }: StubSession): Promise<boolean> {
  await link.exchange(FLASH_DATA, { sequence: 0, block: anyBytes(traits.flashBlockSize) }, { timeoutMs: ANSWER_MS });
  return true;
}

/** Trouble that says something of the line, and nothing of chip or port. */
export function isLineTrouble(error: unknown): boolean {
  return isTransient(error) || isEspError(error, "link.status") || isEspError(error, "link.desynchronised");
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
