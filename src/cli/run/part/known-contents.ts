import type { FlashContents } from "../../../index.ts";
import type { CliHost } from "../../host/host.ts";

/**
 * What the file that is to be replaced holds, where it may be an earlier read of the same range. It is only a guess, which
 * the chip's digests decide upon: what cannot be read is no loss.
 */
export async function knownContents(
  { files }: CliHost,
  output: string,
  sizeBytes: number | "all",
): Promise<FlashContents | undefined> {
  const knownBytes = await files.sizeOf(output);
  if (knownBytes === null || (sizeBytes !== "all" && knownBytes !== sizeBytes)) return undefined;
  return (offset, wanted) => files.readSlice(output, offset, wanted).catch(() => new Uint8Array(0));
}
