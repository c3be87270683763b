import type { FieldShape, Layout } from "../bytes/layout.ts";

/** Seconds and rates that scale timeouts; every one can be set by the user (fact sheet 2.6, 3.6). */
export interface TimeoutLimits {
  /** A command with nothing else said. */
  readonly defaultMs: number;
  /** One SYNC. */
  readonly syncMs: number;
  /** Erasing the whole flash. */
  readonly chipEraseMs: number;
  /** The most that is ever waited for one answer. */
  readonly maximumMs: number;
  /** The MD5 of a million bytes of flash. */
  readonly md5MsPerMegabyte: number;
  /** Erasing a million bytes. */
  readonly eraseRegionMsPerMegabyte: number;
  /** Erasing and writing a million bytes. */
  readonly eraseWriteMsPerMegabyte: number;
  /** MEM_END of a ROM, which may not answer. */
  readonly memEndRomMs: number;
}

export const DEFAULT_LIMITS: TimeoutLimits = {
  defaultMs: 3000,
  syncMs: 100,
  chipEraseMs: 120_000,
  maximumMs: 240_000,
  md5MsPerMegabyte: 8000,
  eraseRegionMsPerMegabyte: 30_000,
  eraseWriteMsPerMegabyte: 40_000,
  memEndRomMs: 200,
};

/** `rate` a million bytes, never below the default timeout. */
export function scaledTimeout(limits: TimeoutLimits, msPerMegabyte: number, sizeBytes: number): number {
  return Math.max(limits.defaultMs, (msPerMegabyte * sizeBytes) / 1e6);
}

/**
 * One command of the protocol, declared once for both directions: the host encodes the request and decodes the reply,
 * a virtual chip does the reverse.
 */
export interface Command<Request, Reply> {
  readonly name: string;
  readonly opcode: number;
  /** Completes "Failed to ...". */
  readonly doing: string;
  /** Of the request; one that repeats is an entry of which there may be several. */
  readonly fields: readonly FieldShape[];
  readonly encode: (request: Request) => Uint8Array<ArrayBuffer>;
  /** Null when the bytes are no such request. */
  readonly decode: (data: Uint8Array) => Request | null;
  /** The part of the request that its checksum covers, for the commands that carry data. */
  readonly checksummed: ((data: Uint8Array) => Uint8Array) | null;
  /** The lengths a reply's data may have, status not counted. Nearly always one. */
  readonly replyLengths: readonly number[];
  /** `value` is the word in the reply's header. */
  readonly decodeReply: DecodeReply<Reply>;
  /** For the usual case; work on flash whose length depends on the loader brings its own. */
  readonly timeoutMs: (request: Request, limits: TimeoutLimits) => number;
}

type DecodeReply<Reply> = (data: Uint8Array<ArrayBuffer>, value: number) => Reply;

/** Nothing is told by most replies but that the command was carried out. */
type ReplyDeclaration<Reply> = undefined extends Reply
  ? { readonly decodeReply?: DecodeReply<Reply> | undefined }
  : { readonly decodeReply: DecodeReply<Reply> };

interface RequestDeclaration<Request> {
  readonly opcode: number;
  readonly doing: string;
  readonly request: Layout<Request> | RequestCodec<Request>;
  readonly checksummed?: ((data: Uint8Array) => Uint8Array) | undefined;
  readonly replyLengths?: readonly number[] | undefined;
  readonly timeoutMs?: ((request: Request, limits: TimeoutLimits) => number) | undefined;
}

export interface RequestCodec<Request> {
  readonly fields: readonly FieldShape[];
  encode(request: Request): Uint8Array<ArrayBuffer>;
  decode(data: Uint8Array): Request | null;
}

export function command<Request, Reply>(
  name: string,
  declaration: RequestDeclaration<Request> & ReplyDeclaration<Reply>,
): Command<Request, Reply> {
  return {
    name,
    opcode: declaration.opcode,
    doing: declaration.doing,
    fields: declaration.request.fields,
    encode: (request) => declaration.request.encode(request),
    decode: (data) => declaration.request.decode(data),
    checksummed: declaration.checksummed ?? null,
    replyLengths: declaration.replyLengths ?? [0],
    decodeReply: declaration.decodeReply ?? (() => undefined as Reply),
    timeoutMs: declaration.timeoutMs ?? ((_request, limits) => limits.defaultMs),
  };
}
