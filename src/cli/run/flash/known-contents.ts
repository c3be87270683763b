import type { CliHost } from "../../host/host.ts";

/**
 * What the file that is to be replaced holds, where it may be an earlier read of the same range. It is only a guess, which
 * the chip's digests decide upon: what cannot be read is no loss.
 */
export async function knownContents(
  { files }: CliHost,
  output: string,
  sizeBytes: number | "all",
): Promise<Uint8Array | undefined> {
  const knownBytes = await files.sizeOf(output);
  if (knownBytes === null || (sizeBytes !== "all" && knownBytes !== sizeBytes)) return undefined;
  return await files.read(output).catch(() => undefined);
}
