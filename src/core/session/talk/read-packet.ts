import { md5 } from "../../bytes/md5.ts";
import { equalBytes, wordsToBytes } from "../../bytes/words.ts";
import { Deadline } from "../../clock.ts";
import type { Link } from "../../link/link.ts";
import { READ_FLASH } from "../../wire/commands.ts";

/** The stub's largest packet (fact sheet on the stub, 4). */
export const PACKET_BYTES = 4096;
const DIGEST_BYTES = 16;

/**
 * So few bytes of flash that they come in one packet; null where they do not come, or not as the stub sent them, by its own
 * digest. Needs a stub. `answerMs`: for the chip's part of an exchange; the time on the line is added.
 */
export async function readPacket(
  link: Link,
  { address, sizeBytes }: { readonly address: number; readonly sizeBytes: number },
  answerMs: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const request = { address, sizeBytes, blockSize: PACKET_BYTES, maximumInFlight: 1 };
  await link.exchange(READ_FLASH, request, { timeoutMs: answerMs });
  const packet = await link.receiveFrame(new Deadline(link.clock, answerMs + link.lineMs(2 * sizeBytes)));
  if (packet?.length !== sizeBytes) return null;
  await link.sendFrame(wordsToBytes([sizeBytes]));
  const digest = await link.receiveFrame(new Deadline(link.clock, answerMs + link.lineMs(2 * DIGEST_BYTES)));
  return digest !== null && equalBytes(digest, md5(packet)) ? packet : null;
}
