import { readFlash, type Session } from "../../index.ts";
import type { FlashReadCallback } from "./loader-options.ts";

/** What a reader who wants packets gets at once; each is one command, checked by its digest. */
const PACKET_BYTES = 0x4000;

/** A range of flash; in packets when somebody wants to have them as they come. */
export async function readPackets(
  session: Session,
  range: { readonly address: number; readonly sizeBytes: number },
  onPacket: FlashReadCallback,
): Promise<Uint8Array<ArrayBuffer>> {
  const { address, sizeBytes: total } = range;
  if (onPacket === null || total === 0) return (await readFlash(session, range)).data;
  const all = new Uint8Array(total);
  for (let done = 0; done < total; ) {
    const { data } = await readFlash(session, {
      address: address + done,
      sizeBytes: Math.min(PACKET_BYTES, total - done),
    });
    all.set(data, done);
    done += data.length;
    onPacket(data, done, total);
  }
  return all;
}
