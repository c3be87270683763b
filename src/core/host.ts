/**
 * The few globals that every host has (Node, browsers, workers), typed here because the core compiles with neither
 * Node's nor the browser's types. Nothing else of the host may be named in the core.
 */

interface Host {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  performance: { now(): number };
  setImmediate?: ((callback: () => void) => unknown) | undefined;
  MessageChannel: new () => {
    port1: { onmessage: (() => void) | null; postMessage(message: unknown): void; close(): void };
    port2: { onmessage: (() => void) | null; postMessage(message: unknown): void; close(): void };
  };
  crypto: {
    getRandomValues(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
    /** Absent in browser pages that came over plain HTTP. */
    subtle?: HostSubtle | undefined;
  };
  TextDecoder: new (label?: string, options?: { fatal?: boolean }) => { decode(bytes: Uint8Array): string };
  TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
  AbortController: new () => { readonly signal: HostSignal; abort(reason?: unknown): void };
  ReadableStream: new (source: HostStreamSource, strategy: { readonly highWaterMark: number }) => object;
  URL: new (
    url: string,
    base?: string,
  ) => { readonly href: string; readonly protocol: string; readonly origin: string };
  atob(text: string): string;
  btoa(text: string): string;
}

interface HostSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What a `ReadableStream` of the host asks for its contents. */
export interface HostStreamSource {
  pull(controller: { enqueue(chunk: unknown): void; close(): void }): Promise<void>;
  cancel(reason: unknown): Promise<void>;
}

/** A key inside the host's cryptography; only its own functions look into it. */
export interface HostKey {
  readonly type: string;
}

/** The part of WebCrypto's `SubtleCrypto` that the core uses. */
export interface HostSubtle {
  digest(algorithm: string, data: Uint8Array): Promise<ArrayBuffer>;
  importKey(
    format: "raw" | "spki" | "pkcs8",
    data: Uint8Array,
    algorithm: object | string,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<HostKey>;
  exportKey(format: "pkcs8", key: HostKey): Promise<ArrayBuffer>;
  generateKey(
    algorithm: object,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<{ readonly privateKey: HostKey; readonly publicKey: HostKey }>;
  deriveBits(algorithm: object, key: HostKey, bits: number): Promise<ArrayBuffer>;
  sign(algorithm: object, key: HostKey, data: Uint8Array): Promise<ArrayBuffer>;
  verify(algorithm: object, key: HostKey, signature: Uint8Array, data: Uint8Array): Promise<boolean>;
}

/** A digest of data that arrive in pieces. */
export interface DigestStream {
  update(bytes: Uint8Array): DigestStream;
  /** One of its own, that has seen the same so far. */
  clone(): DigestStream;
  digest(): Uint8Array<ArrayBuffer>;
}

/** Digests that a host computes itself, many times as fast as ours. Null: it refuses to, as systems that follow FIPS do with MD5. */
export interface HostDigests {
  md5Stream(): DigestStream | null;
  sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null;
}

let offered: HostDigests | null = null;

/** What was offered last, by the room of a host that has them without waiting. */
export function hostDigests(): HostDigests | null {
  return offered;
}

/** From now on, for the whole process; they are ours again with null. */
export function offerDigests(digests: HostDigests | null): void {
  offered = digests;
}

export const host: Host = globalThis as unknown as Host;

/** Runs the callback after everything that is already due, as soon as the host allows. */
export function nextTurn(callback: () => void): void {
  if (host.setImmediate !== undefined) {
    host.setImmediate(callback);
    return;
  }
  const channel = new host.MessageChannel();
  channel.port1.onmessage = () => {
    channel.port1.close();
    callback();
  };
  channel.port2.postMessage(null);
}
