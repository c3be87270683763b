import { xorChecksum } from "../bytes/xor-checksum.ts";
import { type Clock, Deadline } from "../clock.ts";
import { type AbortSignalLike, EspError } from "../errors.ts";
import type { Emit, TraceRecord } from "../events.ts";
import { Inbox } from "../port/inbox.ts";
import type { Port } from "../port/port.ts";
import type { Command, TimeoutLimits } from "../wire/command.ts";
import { SYNC, SYNC_REPLIES } from "../wire/commands.ts";
import { decodeReply, encodeRequest, type ReplyPacket } from "../wire/packet.ts";
import { SlipDecoder, slipEncode } from "../wire/slip.ts";
import { ROM_UNSUPPORTED_REASON, STUB_INVALID_COMMAND, STUB_NOT_IMPLEMENTED, statusReason } from "../wire/status.ts";
import { findPanic, Noise, noiseText } from "./noise.ts";

export interface LinkOptions {
  readonly port: Port;
  readonly limits: TimeoutLimits;
  readonly emit: Emit;
  /** Emit `trace` events for all traffic. */
  readonly trace?: boolean;
}

export interface ExchangeOptions {
  /** For the chip's work alone: the time that the bytes need on the line is added. */
  readonly timeoutMs?: number;
  /** The chip goes on working for so long after it has answered. */
  readonly busyAfterMs?: number;
}

/** After an unsupported command: how long each of the repeated replies may take to arrive (fact sheet 3.2). */
const DRAIN_MS = 100;
/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;
/** Header, status and delimiters of a reply. */
const PACKET_BYTES = 14;

/**
 * The host's end of the conversation: sends a command, finds its answer among what arrives, keeps the rest as noise.
 * It never sends anything twice: what may be repeated is the decision of whoever knows what the command does.
 */
export class Link {
  readonly port: Port;
  readonly limits: TimeoutLimits;
  readonly clock: Clock;
  /** Evidence: everything that was no answer. */
  readonly noise: Noise = new Noise();
  /** Counted for benchmarks and tests. */
  readonly counters: { exchanges: number; bytesSent: number; resynchronisations: number } = {
    exchanges: 0,
    bytesSent: 0,
    resynchronisations: 0,
  };
  baudRate = 0;
  /** How long the chip may be busy with what it was told last, in milliseconds; its answer, or the next, comes then. */
  outstandingMs = 0;
  /** An operation is under way: answers are matched by opcode alone, so there can be one at a time. */
  busy = false;
  /** A command timed out or was garbled: its answer may still come, so the next command must synchronise first. */
  suspect = false;

  readonly #inbox: Inbox;
  readonly #decoder: SlipDecoder;
  readonly #emit: Emit;
  readonly #trace: boolean;
  #frames: Uint8Array[] = [];
  #signal: AbortSignalLike | undefined = undefined;
  #open = false;

  constructor(options: LinkOptions) {
    this.port = options.port;
    this.limits = options.limits;
    this.clock = options.port.clock;
    this.#emit = options.emit;
    this.#trace = options.trace ?? false;
    this.#inbox = new Inbox(this.clock);
    this.#decoder = new SlipDecoder({
      frame: (payload) => {
        if (this.#trace) this.#traceBytes("frame", payload);
        this.#frames.push(payload);
      },
      noise: (bytes) => {
        if (this.#trace) this.#traceBytes("invalid", bytes);
        this.noise.add(bytes);
      },
    });
  }

  get bytesReceived(): number {
    return this.#inbox.received;
  }

  /** The signal that ends waiting; an operation sets its own for its duration. */
  get signal(): AbortSignalLike | undefined {
    return this.#signal;
  }

  /** Runs `work` with another abort signal in force, if one is given. */
  async withSignal<T>(signal: AbortSignalLike | undefined, work: () => Promise<T>): Promise<T> {
    if (signal === undefined) return await work();
    const before = this.#signal;
    this.#signal = signal;
    try {
      return await work();
    } finally {
      this.#signal = before;
    }
  }

  /** Runs `work` so that no abort signal interrupts it: cleaning up. */
  async withoutSignal<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#signal;
    this.#signal = undefined;
    try {
      return await work();
    } finally {
      this.#signal = before;
    }
  }

  async open(baudRate: number): Promise<void> {
    this.#inbox.reset();
    this.#decoder.reset();
    this.#frames = [];
    await this.port.open({ baudRate }, this.#inbox);
    this.baudRate = baudRate;
    this.#open = true;
    this.suspect = false;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.port.close();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Why the port is gone, or null. */
  get lostBecause(): EspError | null {
    return this.#inbox.lostBecause;
  }

  async setBaudRate(baudRate: number): Promise<void> {
    await this.port.setBaudRate(baudRate);
    this.baudRate = baudRate;
  }

  /** Takes in what has arrived: frames to the queue, the rest to the noise. */
  pump(): void {
    for (const chunk of this.#inbox.take()) {
      if (this.#trace) this.#traceBytes("read", chunk);
      this.#decoder.push(chunk);
    }
  }

  /** Drops everything received so far, keeping it as evidence. */
  discard(): void {
    this.pump();
    for (const frame of this.#frames) this.noise.add(frame);
    this.#frames = [];
    this.#keepPending();
    this.#decoder.reset();
  }

  #keepPending(): void {
    const pending = this.#decoder.pending();
    if (this.#trace && pending.length > 0) this.#traceBytes("remaining", pending);
    this.noise.add(pending);
  }

  /** Sends the command and returns its decoded answer. Throws `link.*`, `port.*`, `operation.aborted`. */
  async exchange<Request, Reply>(
    command: Command<Request, Reply>,
    request: Request,
    options: ExchangeOptions = {},
  ): Promise<Reply> {
    const timeoutMs = Math.min(options.timeoutMs ?? this.#timeoutOf(command, request), this.limits.maximumMs);
    const busyAfterMs = options.busyAfterMs ?? 0;
    // If the answer is lost the chip may still have begun what it does after it.
    this.outstandingMs = timeoutMs + busyAfterMs;
    const sentBytes = await this.send(command, request, timeoutMs);
    this.counters.exchanges++;
    const lineMs = this.lineMs(sentBytes + Math.max(...command.replyLengths) + PACKET_BYTES);
    const reply = await this.receive(command, new Deadline(this.clock, timeoutMs + lineMs));
    if (reply === null) throw this.#silence(command, timeoutMs);
    this.outstandingMs = busyAfterMs;
    return await this.#interpret(command, reply);
  }

  /** Sends the command without waiting. `waitMs`: how long the caller is going to wait; for the trace alone. */
  async send<Request, Reply>(command: Command<Request, Reply>, request: Request, waitMs?: number): Promise<number> {
    const data = command.encode(request);
    if (this.#trace) {
      const timeoutMs = waitMs ?? this.#timeoutOf(command, request);
      const { name, opcode } = command;
      this.#emit({
        type: "trace",
        what: "command",
        name,
        opcode,
        data,
        waitsForReply: waitMs !== undefined,
        timeoutMs,
      });
    }
    const checksum = command.checksummed === null ? 0 : xorChecksum(command.checksummed(data));
    return await this.sendFrame(encodeRequest({ opcode: command.opcode, checksum, data }));
  }

  #timeoutOf<Request, Reply>(command: Command<Request, Reply>, request: Request): number {
    return command.timeoutMs(request, this.limits);
  }

  /**
   * How long so many bytes take at the current baud rate, in milliseconds: ports take bytes faster than the line does.
   * Nothing where there is no baud rate.
   */
  lineMs(sizeBytes: number): number {
    return this.port.capabilities.baud ? (sizeBytes * BITS_PER_BYTE * 1000) / this.baudRate : 0;
  }

  /** Sends one raw frame; returns its length on the line, in bytes. */
  async sendFrame(payload: Uint8Array): Promise<number> {
    const frame = slipEncode(payload);
    if (this.#trace) this.#traceBytes("write", frame);
    this.counters.bytesSent += frame.length;
    await this.port.write(frame);
    return frame.length;
  }

  /** The next frame whatever it is, or null when none came in time. Throws on loss and abort. */
  async receiveFrame(deadline: Deadline): Promise<Uint8Array | null> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      if (!(await this.#inbox.wait(deadline, this.#signal))) return null;
      this.pump();
    }
  }

  /**
   * The next reply that can belong to `command`, or null when none came in time. A reply to another command is a late
   * one and skipped, except the ROM's way of saying "unknown command": it repeats the opcode of the command before.
   */
  async receive<Request, Reply>(command: Command<Request, Reply>, deadline: Deadline): Promise<ReplyPacket | null> {
    for (;;) {
      const frame = await this.receiveFrame(deadline);
      if (frame === null) return null;
      const reply = decodeReply(frame);
      if (reply === null) this.noise.add(frame);
      else if (reply.opcode === command.opcode || isUnsupported(reply)) return reply;
    }
  }

  async #interpret<Request, Reply>(command: Command<Request, Reply>, reply: ReplyPacket): Promise<Reply> {
    const { data } = reply;
    if (isUnsupported(reply)) {
      await this.#drainCopies(reply);
      throw new EspError("link.unsupported-command", `The loader does not know the command ${command.name}.`, {
        hint: "The chip's ROM lacks it, or Secure Download Mode forbids it.",
        details: { command: command.name, opcode: command.opcode },
      });
    }
    const length = command.replyLengths.find((size) => data.length - size === 2 || data.length - size === 4);
    // A failed command may answer with the status alone.
    const at = length ?? (data.length === 2 || data.length === 4 ? 0 : null);
    const [failed = 0, reason = 0] = at === null ? [] : data.subarray(at);
    if (failed !== 0) throw statusError(command, (failed << 8) | reason);
    if (length === undefined) throw this.#wrongLength(command, data.length);
    return command.decodeReply(data.subarray(0, length), reply.value);
  }

  /** After a SYNC the ROM repeats its refusal as often as it repeats the answer to the SYNC. */
  async #drainCopies(reply: ReplyPacket): Promise<void> {
    if (reply.opcode !== SYNC.opcode) return;
    for (let copies = 1; copies < SYNC_REPLIES; copies++)
      if ((await this.receiveFrame(new Deadline(this.clock, DRAIN_MS))) === null) return;
  }

  #silence(command: { readonly name: string; readonly doing: string }, timeoutMs: number): EspError {
    this.suspect = true;
    this.#keepPending();
    const panic = findPanic(noiseText(this.noise.bytes));
    const details = { command: command.name, timeoutMs, noiseBytes: this.noise.total };
    if (panic !== null)
      return new EspError("link.panic", `Failed to ${command.doing}: the application crashed (${panic}).`, {
        hint: "The chip runs its application instead of the loader; connect again with a reset.",
        details,
      });
    return new EspError(
      "link.timeout",
      `Failed to ${command.doing}: no answer to ${command.name} within ${timeoutMs / 1000} s.`,
      {
        hint: "Check the cable and the power supply, or try a lower baud rate.",
        details,
      },
    );
  }

  #wrongLength(command: { readonly name: string; readonly doing: string }, length: number): EspError {
    this.suspect = true;
    return new EspError(
      "link.reply-short",
      `Failed to ${command.doing}: the answer has ${length} bytes, which is wrong.`,
      {
        hint: "Bytes were lost on the line; try a lower baud rate or another cable.",
        details: { command: command.name, length },
      },
    );
  }

  #traceBytes(what: Exclude<TraceRecord["what"], "command">, bytes: Uint8Array): void {
    this.#emit({ type: "trace", what, bytes });
  }
}

function isUnsupported(reply: ReplyPacket): boolean {
  const { data } = reply;
  return (data.length === 2 || data.length === 4) && data[0] === 1 && data[1] === ROM_UNSUPPORTED_REASON;
}

function statusError(command: { readonly name: string; readonly doing: string }, status: number): EspError {
  const details = { command: command.name, status };
  if (status === STUB_NOT_IMPLEMENTED || status === STUB_INVALID_COMMAND)
    return new EspError("link.unsupported-command", `The stub does not know the command ${command.name}.`, {
      hint: "This chip has no such function, or its stub was built without it.",
      details,
    });
  const shown = status.toString(16).padStart(4, "0").toUpperCase();
  return new EspError(
    "link.status",
    `Failed to ${command.doing}: the chip answered ${shown} (${statusReason(status)}).`,
    { hint: "See the details for the command; a checksum error points at the cable or the baud rate.", details },
  );
}
