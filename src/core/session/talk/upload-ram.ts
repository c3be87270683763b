import type { Link } from "../../link/link.ts";
import type { ExchangeOptions } from "../../link/link-options.ts";
import { MEM_BEGIN, MEM_DATA } from "../../wire/commands.ts";

export interface RamUpload {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
  /** Largest block the loader takes, in bytes. */
  readonly blockSize: number;
  /** Called after each block with the bytes that have arrived so far. */
  readonly onProgress?: ((doneBytes: number) => void) | undefined;
}

/** For an upload that may be done again at another rate. */
export interface UploadPace {
  /** How long is waited for the chip's part of each exchange, in milliseconds. Default: as for any such command. */
  readonly timeoutMs?: number | undefined;
  readonly patience?: "short" | "long" | undefined;
}

/** Puts bytes into RAM. A line error aborts: the ROM counts blocks, so the upload has to start over. */
export async function uploadRam(
  link: Link,
  { address, data, blockSize, onProgress }: RamUpload,
  options?: Pick<ExchangeOptions, "timeoutMs">,
): Promise<void> {
  const blocks = Math.ceil(data.length / blockSize);
  await link.exchange(MEM_BEGIN, { sizeBytes: data.length, blocks, blockSize, address }, options);
  for (let sequence = 0; sequence < blocks; sequence++) {
    const block = data.subarray(sequence * blockSize, (sequence + 1) * blockSize);
    await link.exchange(MEM_DATA, { sequence, block }, options);
    onProgress?.(sequence * blockSize + block.length);
  }
}
