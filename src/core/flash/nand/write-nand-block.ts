import { hexAddress } from "../../bytes/hex.ts";
import { equalBytes, padTo } from "../../bytes/words.ts";
import { EspError, isEspError, throwIfAborted, toEspError } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import { isLineError, resynchronise } from "../../session/talk/resynchronise.ts";
import { NAND_BEGIN, NAND_DATA, NAND_END } from "../../wire/nand-commands.ts";
import { flashFailure } from "./flash-failure.ts";
import { NAND } from "./geometry.ts";
import { isUnreadable, readNandPart } from "./read-nand.ts";

/** What became of one block: it holds the data, or it has to be given up because of this. */
export type BlockOutcome = "good" | "program" | "erase" | "verify";

/** So often one block is begun anew because of the line. */
const ATTEMPTS = 12;
const SMALLEST_PACKET = 0x800;
const STAY = 1;

/**
 * Writes one block and reads back what it was given. After a lost or garbled answer the whole block is written anew:
 * the stub erases it with its first page, so that does no harm; a packet sent twice would be taken for the next one.
 * Only what the flash itself says or holds speaks against a block, never the line.
 *
 * Throws `flash.write-failed`, `link.desynchronised`, `operation.aborted`.
 */
export async function writeNandBlock(
  session: LiveSession,
  block: number,
  data: Uint8Array<ArrayBuffer>,
  onSent: (bytes: number) => void,
): Promise<BlockOutcome> {
  let packetSize = session.traits.flashBlockSize;
  let mismatches = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      await sendBlock(session, block, padTo(data, NAND.blockBytes), { packetSize, onSent });
      if (await holds(session, block, data)) return "good";
      // Commands carry no checksum: an address may have been garbled. The second time it is the flash.
      if (++mismatches > 1) return "verify";
    } catch (error) {
      const failed = flashFailure(error);
      if (failed !== null) return failed;
      if (isUnreadable(error)) return "verify";
      if (!isRecoverable(error)) throw error;
      if (attempt >= ATTEMPTS) throw writeFailed(block, error);
      await resynchronise(session);
      packetSize = Math.max(SMALLEST_PACKET, packetSize / 2);
    }
  }
}

interface Sending {
  readonly packetSize: number;
  readonly onSent: (bytes: number) => void;
}

async function sendBlock(
  session: LiveSession,
  block: number,
  data: Uint8Array<ArrayBuffer>,
  { packetSize, onSent }: Sending,
): Promise<void> {
  const { link } = session;
  const { blockBytes } = NAND;
  await link.exchange(NAND_BEGIN, {
    address: block * blockBytes,
    sizeBytes: data.length,
    blockSize: blockBytes,
    packetSize,
  });
  for (let sent = 0, sequence = 0; sent < data.length; sequence++) {
    throwIfAborted(link.signal);
    const packet = data.subarray(sent, sent + packetSize);
    await link.exchange(NAND_DATA, { sequence, block: packet });
    sent += packet.length;
    onSent(sent);
  }
  await link.exchange(NAND_END, { stay: STAY });
}

/** What differs is read once more before it counts: the digest of a read can miss nothing, a weak bit may be lucky. */
async function holds(session: LiveSession, block: number, data: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const read = new Uint8Array(data.length);
  for (let tries = 0; tries < 2; tries++) {
    await readNandPart(session, block * NAND.blockBytes, read);
    if (equalBytes(read, data)) return true;
  }
  return false;
}

/** Lost and garbled answers, and every refusal: a request may be garbled into one that is not allowed. */
function isRecoverable(error: unknown): boolean {
  return isLineError(error) || isEspError(error, "link.status") || isEspError(error, "link.unsupported-command");
}

function writeFailed(block: number, cause: unknown): EspError {
  const address = block * NAND.blockBytes;
  return new EspError(
    "flash.write-failed",
    `Writing NAND flash failed at ${hexAddress(address)} in ${ATTEMPTS} attempts: ${toEspError(cause).message}`,
    { hint: "Check cable and power supply, or try a lower baud rate.", details: { address }, cause },
  );
}
