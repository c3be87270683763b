import type { Link } from "../link/link.ts";
import { MEM_BEGIN, MEM_DATA } from "../wire/commands.ts";

/** Puts bytes into RAM. A line error aborts: the ROM counts blocks, so the upload has to start over. */
export async function uploadRam(link: Link, address: number, data: Uint8Array, blockSize: number): Promise<void> {
  const blocks = Math.ceil(data.length / blockSize);
  await link.exchange(MEM_BEGIN, { sizeBytes: data.length, blocks, blockSize, address });
  for (let sequence = 0; sequence < blocks; sequence++)
    await link.exchange(MEM_DATA, {
      sequence,
      block: data.subarray(sequence * blockSize, (sequence + 1) * blockSize),
    });
}
