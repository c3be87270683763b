import { fromUtf8 } from "../bytes/text.ts";
import { concatBytes } from "../bytes/words.ts";
import { type Check, orNull } from "../check/check.ts";
import { checkFinite } from "../check/numbers.ts";
import { hasParts } from "../check/shapes.ts";
import { checkBoolean, checkObject } from "../check/values.ts";
import { type AbortSignalLike, abortedError, EspError, isEspError } from "../errors.ts";
import { host } from "../host.ts";
import { recogniseContents } from "../image/recognise-contents.ts";

/** What is used of a `Response`. */
export interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** `cors`: of another origin, which keeps most headers to itself. */
  readonly type?: string | undefined;
  readonly body: { getReader(): BodyReaderLike } | null;
}

export interface BodyReaderLike {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** `AbortSignal` where the host's types are known, which its `fetch` wants; the part of it that the core uses elsewhere. */
export type FetchSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : AbortSignalLike;

export interface FetchOptions {
  readonly cache: "no-cache";
  /** Aborted when nobody wants the file any more: the caller has stopped, or another file could not be got. */
  readonly signal: FetchSignal;
}

/** The host's `fetch`, or something that answers like it. */
export type FetchLike = (url: string, options: FetchOptions) => Promise<ResponseLike>;

const NOTHING: Awaited<ReturnType<BodyReaderLike["read"]>> = { done: true };

export interface Download {
  readonly url: string;
  /** In messages: `'app.bin'`, `The manifest`. */
  readonly name: string;
  /** More is not taken. */
  readonly limitBytes: number;
  readonly signal?: AbortSignalLike | undefined;
  /** So many bytes have come, of so many if the server says how many there are. */
  readonly onBytes?: ((received: number, total: number | null) => void) | undefined;
}

/**
 * Gets a file: with its status, its length and its kind looked at. Throws `download.failed`, `file.too-large`,
 * `image.not-firmware` for a web page in place of a file, `operation.aborted`.
 */
export async function download(fetch: FetchLike, wanted: Download): Promise<Uint8Array<ArrayBuffer>> {
  const stop = stopWith(wanted.signal);
  try {
    return await downloadUntil(fetch, wanted, stop.signal);
  } catch (error) {
    // What is not wanted does not go on coming, as the page that a server has for what it has not.
    stop.abort();
    throw error;
  } finally {
    stop.forget();
  }
}

/** Stops what was begun under `signal` when the signal of the caller does, or when it is told to. */
export interface Stop {
  readonly signal: FetchSignal;
  abort(): void;
  /** The signal of the caller is not listened to any more. */
  forget(): void;
}

export function stopWith(signal: AbortSignalLike | undefined): Stop {
  const controller = new host.AbortController();
  const onAbort = (): void => controller.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort);
  return {
    // Of the host's own class.
    signal: controller.signal as FetchSignal,
    abort: () => controller.abort(),
    forget: () => signal?.removeEventListener("abort", onAbort),
  };
}

async function downloadUntil(
  fetch: FetchLike,
  wanted: Download,
  signal: FetchSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const { url, name, limitBytes } = wanted;
  const response = await unlessAborted(ask(fetch, wanted, signal), signal);
  if (!response.ok) {
    throw new EspError("download.failed", `${name} was not got: its server answered ${response.status}.`, {
      hint: "Look whether the file is there, by the name that the manifest has for it.",
      details: { url: shownUrl(url), status: response.status },
    });
  }
  const declared = declaredLength(response);
  if (declared !== null && declared > limitBytes) throw tooLarge(name, declared, limitBytes);
  const data = await readBody(response, { ...wanted, signal }, declared);
  if (declared !== null && data.length !== declared) throw cutOff(wanted, data.length, declared);
  return data;
}

const checkResponse: Check<ResponseLike> = hasParts<ResponseLike>("a function that answers like fetch", {
  ok: checkBoolean,
  status: checkFinite,
  headers: checkObject,
  body: orNull(checkObject),
});

async function ask(fetch: FetchLike, wanted: Download, signal: FetchSignal): Promise<ResponseLike> {
  return checkResponse(await answerOf(fetch, wanted, signal), "fetch");
}

async function answerOf(fetch: FetchLike, { url, name }: Download, signal: FetchSignal): Promise<unknown> {
  try {
    return await fetch(url, { cache: "no-cache", signal });
  } catch (cause) {
    // Why is kept from pages: no network, no permission of the other server (CORS), http on a page of https.
    throw new EspError("download.failed", `${name} was not got: its server cannot be reached, or does not allow it.`, {
      hint: "A file on another server has to be allowed there by CORS headers, and a page of https may get files by https alone.",
      details: { url: shownUrl(url) },
      cause,
    });
  }
}

async function readBody(
  { body }: ResponseLike,
  { url, name, limitBytes, signal, onBytes }: Download,
  declared: number | null,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  const reader = body?.getReader();
  try {
    for (;;) {
      const part = await unlessAborted(reader?.read() ?? Promise.resolve(NOTHING), signal);
      if (part.done || part.value === undefined) return concatBytes(chunks);
      received += part.value.length;
      if (received > limitBytes) throw tooLarge(name, null, limitBytes);
      chunks.push(part.value);
      onBytes?.(received, declared);
    }
  } catch (cause) {
    reader?.cancel().catch(() => {});
    if (isEspError(cause)) throw cause;
    throw new EspError("download.failed", `${name} was not got: the connection broke after ${received} bytes.`, {
      hint: "Check the network, then begin again.",
      details: { url: shownUrl(url), received },
      cause,
    });
  }
}

/**
 * Null where the server does not say it, or speaks of packed bytes. Of another origin the length is told and the packing is
 * not (Fetch, "CORS-safelisted response-header name"), so there it may be of either.
 */
function declaredLength({ headers, type }: ResponseLike): number | null {
  const encoding = headers.get("content-encoding");
  const length = headers.get("content-length");
  const isPlain = encoding === "identity" || (encoding === null && type !== "cors");
  return isPlain && length !== null && /^\d{1,12}$/.test(length) ? Number(length) : null;
}

/** A web page in place of a file: what servers of one-page applications say to every address. */
export function refuseWebPage(name: string, data: Uint8Array): void {
  const what = recogniseContents(data);
  if (what !== "an HTML page" && what !== "a pointer of Git LFS, not the file it stands for") return;
  throw new EspError("image.not-firmware", `${name} is ${what}.`, {
    hint: "The server has no such file, and answers with something else; look at the path in the manifest.",
    details: { contents: what, beginning: fromUtf8(data.subarray(0, 100)) },
  });
}

export function tooLarge(name: string, sizeBytes: number | null, limitBytes: number): EspError {
  const size = sizeBytes === null ? "more" : `${sizeBytes} bytes`;
  return new EspError("file.too-large", `${name} is too large: ${size}, where ${limitBytes} bytes are the most.`, {
    hint: "The firmware does not fit into the flash of this board, or the file is another one.",
    details: { sizeBytes, limitBytes },
  });
}

function cutOff({ name, url }: Download, received: number, declared: number): EspError {
  return new EspError("download.failed", `${name} is cut off: ${received} of ${declared} bytes came.`, {
    hint: "Begin again; when it stays so, the server has only a part of the file.",
    details: { url: shownUrl(url), received, declared },
  });
}

/** Without what may be a secret in it. */
function shownUrl(url: string): string {
  return url.replace(/[?#].*$/s, "").slice(0, 300);
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignalLike | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(abortedError(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
