/** Newer than the oldest Node that this runs on. */
type MaybeZstd = {
  readonly zstdDecompressSync?:
    | ((bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array)
    | undefined;
};

/**
 * What unpacks zstd, for `debugInfo` of `esptool-ts/crash`: that of Node 22.15 and 23.8, and later ones; undefined on older ones. It gives
 * `sizeBytes` bytes at most, and throws for damaged ones.
 *
 * @example debugInfo(bytes, { zstd: zstdDecompressor() })
 */
export function zstdDecompressor(): ((bytes: Uint8Array, sizeBytes: number) => Uint8Array<ArrayBuffer>) | undefined {
  const { zstdDecompressSync } = process.getBuiltinModule("node:zlib") as unknown as MaybeZstd;
  if (zstdDecompressSync === undefined) return undefined;
  return (bytes, sizeBytes) => new Uint8Array(zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, sizeBytes) }));
}
