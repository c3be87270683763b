/** A flasher stub, ready to be uploaded. */
export interface Stub {
  readonly name: string;
  readonly entry: number;
  readonly segments: readonly { readonly address: number; readonly data: Uint8Array<ArrayBuffer> }[];
  /** Without plugins. */
  readonly sizeBytes: number;
  /** First address of the memory it uses beyond its segments, which reaches up to its data; null when not known. */
  readonly bssStart: number | null;
  /** Commands that were added to it. */
  readonly plugins: readonly { readonly name: string; readonly sizeBytes: number }[];
}
