/** What is always there of a stream's reader. */
export interface ByteStreamReader {
  read(): Promise<
    | { readonly done: false; readonly value: Uint8Array<ArrayBuffer> }
    | { readonly done: true; readonly value?: undefined }
  >;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

/** The host's own type of streams, where its types are known: the core is compiled without any, a user's program with them. */
export type HostStream = typeof globalThis extends { ReadableStream: { prototype: infer Stream } } ? Stream : object;

/** A `ReadableStream` of bytes, to be given to whatever takes one. */
export type ByteStream = {
  readonly locked: boolean;
  cancel(reason?: unknown): Promise<void>;
  getReader(): ByteStreamReader;
} & HostStream;
