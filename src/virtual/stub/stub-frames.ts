import { md5Stream } from "../../core/bytes/md5.ts";
import { unshared } from "../../core/bytes/unshared.ts";
import { readU32 } from "../../core/bytes/words.ts";
import type { ReadFlashRequest } from "../../core/wire/commands.ts";
import type { Program } from "../machine/cpu.ts";
import type { LoaderHost } from "../machine/loader-host.ts";
import { STUB_STATUS } from "./stub-answer.ts";

const MAXIMUM_READ_BLOCK = 0x1000;
const ACKNOWLEDGEMENT = 4;
/** Of the UART: a program waits until all but so many bytes have been transmitted. */
const TRANSMIT_FIFO = 128;

/** Waits for the next frame, the other buffer armed from then on; frames that are none are dropped without a word. */
export function* nextFrame({ buffers }: LoaderHost): Program<Uint8Array<ArrayBuffer>> {
  for (;;) {
    const found = buffers.poll();
    if (found === null) yield "frame";
    else if (found === "broken") buffers.release();
    else return unshared(found);
  }
}

/** Sends a frame; the program goes on when the rest of it fits into the UART. */
export function* transmit(host: LoaderHost, payload: Uint8Array): Program {
  host.send(payload);
  yield host.board.transmittingMs?.(TRANSMIT_FIFO) ?? 0;
}

/**
 * Sends a range in blocks and returns the digest of what was sent, or the status of a failure.
 *
 * One block is open at most, whatever the request says. What is counted is frames of four bytes, whenever they come; the
 * number in the last of them is looked at when all is sent. A frame of another length ends the sending. One more than
 * there were blocks, and nothing is sent any more: the stub then waits for that other frame.
 */
export function* sendBlocks(
  host: LoaderHost,
  { address, sizeBytes, blockSize }: ReadFlashRequest,
  read: (address: number, length: number) => Program<Uint8Array>,
): Program<Uint8Array | number> {
  if (blockSize > MAXIMUM_READ_BLOCK) return STUB_STATUS.wrongLength;
  const { buffers } = host;
  const digest = md5Stream();
  // The buffer of the command itself: without this it would be taken for an acknowledgement.
  buffers.release();
  let done = 0;
  let sent = 0;
  let acknowledged = 0;
  let stated = 0;
  while (done < sizeBytes || stated < sizeBytes) {
    const found = buffers.poll();
    if (found instanceof Uint8Array) {
      if (found.length !== ACKNOWLEDGEMENT) break;
      stated = readU32(found, 0);
      acknowledged++;
    }
    if (found !== null) buffers.release();
    if (done < sizeBytes && sent === acknowledged) {
      const block = yield* read(address + done, Math.min(blockSize, sizeBytes - done));
      digest.update(block);
      yield* transmit(host, block);
      done += block.length;
      sent++;
    } else if (found === null) yield "frame";
  }
  return digest.digest();
}
