// Room: one command and its answer on a line that loses and garbles.
// In: a declared command with its values.
// Out: the matched reply, or an `EspError`; whatever else was heard is kept as noise.

import { xorChecksum } from "../bytes/xor-checksum.ts";
import { type Clock, Deadline } from "../clock.ts";
import { type AbortSignalLike, type EspError, isEspError } from "../errors.ts";
import { handedOverPort } from "../port/handed-over-port.ts";
import { Inbox } from "../port/inbox.ts";
import type { Port, PortSink } from "../port/port.ts";
import type { Command, TimeoutLimits } from "../wire/command.ts";
import { SYNC, SYNC_REPLIES } from "../wire/commands.ts";
import { decodeReply, encodeRequest, type ReplyPacket } from "../wire/packet.ts";
import { SlipDecoder, slipEncode } from "../wire/slip.ts";
import { interpretReply } from "./interpret-reply.ts";
import type { ExchangeOptions, LinkOptions } from "./link-options.ts";
import { Noise } from "./noise.ts";
import { closedError, leftError, Occupancy } from "./occupancy.ts";
import { openAbortably } from "./open-abortably.ts";
import { isUnsupported, silenceError } from "./reply-errors.ts";
import { SignalsInForce } from "./signals-in-force.ts";
import { Trace } from "./trace.ts";

/** After an unsupported command: how long each of the repeated replies may take to arrive (fact sheet 3.2). */
const DRAIN_MS = 100;
/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;
/** Header, status and delimiters of a reply. */
const PACKET_BYTES = 14;
/** How long who leaves waits for work that is under way; the longest pause in any is a second. */
const STOP_MS = 3000;

/**
 * The host's end of the conversation: sends a command, finds its answer among what arrives, keeps the rest as noise.
 * It never sends anything twice: what may be repeated is the decision of whoever knows what the command does.
 *
 * One exchange at a time: `exchange`, `send`, `sendFrame`, `receive`, `receiveFrame` and `setBaudRate` throw
 * `session.busy` while another is under way, which goes on undisturbed.
 */
export class Link {
  readonly port: Port;
  readonly limits: TimeoutLimits;
  readonly clock: Clock;
  /** Told when the port says that it is gone; who tells it on takes it away. */
  onLost: ((error: EspError) => void) | undefined;
  /** Evidence: everything that was no answer. */
  readonly noise: Noise = new Noise();
  /** Counted for benchmarks and tests. `ahead`: exchanges of which the command was sent before the last answer had come. */
  readonly counters: { exchanges: number; ahead: number; bytesSent: number; resynchronisations: number } = {
    exchanges: 0,
    ahead: 0,
    bytesSent: 0,
    resynchronisations: 0,
  };
  baudRate = 0;
  /** How long the chip may be busy with what it was told last, in milliseconds; its answer, or the next, comes then. */
  outstandingMs = 0;
  /** The port is for somebody else after the reset, who is to hear what the chip prints then. */
  staysOpen = false;
  /** A command timed out or was garbled: its answer may still come, so the next command must synchronise first. */
  suspect = false;

  readonly #inbox: Inbox;
  readonly #sink: PortSink;
  readonly #decoder: SlipDecoder;
  readonly #trace: Trace;
  #frames: Uint8Array<ArrayBuffer>[] = [];
  readonly #occupancy: Occupancy = new Occupancy();
  readonly #signals: SignalsInForce = new SignalsInForce();
  #open = false;

  constructor(options: LinkOptions) {
    this.port = options.port;
    this.limits = options.limits;
    this.clock = options.port.clock;
    this.#trace = new Trace(options.emit, options.trace ?? false);
    this.#inbox = new Inbox(this.clock);
    this.#sink = {
      data: (bytes) => this.#inbox.data(bytes),
      lost: (error) => {
        this.#inbox.lost(error);
        if (this.#open) this.onLost?.(error);
      },
    };
    this.#decoder = new SlipDecoder({
      frame: (payload) => {
        this.#trace.bytes("frame", payload);
        this.#frames.push(payload);
      },
      noise: (bytes) => {
        this.#trace.bytes("invalid", bytes);
        this.noise.add(bytes);
      },
    });
  }

  get bytesReceived(): number {
    return this.#inbox.received;
  }

  /** The signal that ends waiting; an operation sets its own for its duration. */
  get signal(): AbortSignalLike | undefined {
    return this.#signals.current;
  }

  /** Runs `work` with another abort signal in force, if one is given. */
  async withSignal<T>(signal: AbortSignalLike | undefined, work: () => Promise<T>): Promise<T> {
    return signal === undefined ? await work() : await this.#signals.during(signal, work);
  }

  /** Runs `work` so that no abort signal interrupts it: cleaning up. */
  async withoutSignal<T>(work: () => Promise<T>): Promise<T> {
    return await this.#signals.during(undefined, work);
  }

  /**
   * Runs work of several exchanges that nobody else's may get in between of, with its own abort signal in force if one is
   * given. Throws `session.busy` while other work is under way, `session.closed` when there will be none any more.
   */
  async reserve<T>(signal: AbortSignalLike | undefined, work: () => Promise<T>): Promise<T> {
    // Closed for a moment, within work that restores the connection, is busy.
    if (!this.#open && !this.#occupancy.isReserved) throw closedError();
    return await this.#occupancy.reserve(() => this.withSignal(signal, work));
  }

  /**
   * No work begins any more, and what is under way fails with `session.closed`. True when it has let go of the link; false
   * when it does not within a few seconds, because the port does not: then all that is left to do is `close`.
   */
  async stop(): Promise<boolean> {
    this.#occupancy.end();
    if (!this.#occupancy.isReserved) return true;
    const error = leftError();
    this.#occupancy.stop(error);
    this.#inbox.interrupt(error);
    if (!(await this.#occupancy.whenFree(this.clock, STOP_MS))) return false;
    this.#occupancy.resume();
    this.#inbox.resume();
    // What was broken off may still be answered.
    this.suspect = true;
    return true;
  }

  /** Throws what the port throws, `operation.aborted`, and `session.closed` after `stop`. */
  async open(baudRate: number): Promise<void> {
    if (this.#occupancy.hasEnded) throw closedError();
    this.#inbox.reset();
    this.#decoder.reset();
    this.#frames = [];
    await openAbortably(this.port, { baudRate, sink: this.#sink, signal: this.signal });
    if (this.#occupancy.hasEnded) {
      await this.port.close();
      throw closedError();
    }
    this.baudRate = baudRate;
    this.#open = true;
    this.suspect = false;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.port.close();
  }

  /** Ends the link without closing its port, which is returned for its next user. */
  handOver(): Port {
    this.#open = false;
    return handedOverPort(this.port, this.#inbox, this.baudRate);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get lostBecause(): EspError | null {
    return this.#inbox.lostBecause;
  }

  async setBaudRate(baudRate: number): Promise<void> {
    await this.#occupancy.exchange(async () => {
      await this.port.setBaudRate(baudRate);
      this.baudRate = baudRate;
    });
  }

  /** Takes in what has arrived: frames to the queue, the rest to the noise. */
  pump(): void {
    for (const chunk of this.#inbox.take()) {
      this.#trace.bytes("read", chunk);
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
    if (pending.length > 0) this.#trace.bytes("remaining", pending);
    this.noise.add(pending);
  }

  /** Sends the command and returns its decoded answer. Throws `link.*`, `port.*`, `operation.aborted`. */
  async exchange<Request, Reply>(
    command: Command<Request, Reply>,
    request: Request,
    options: ExchangeOptions = {},
  ): Promise<Reply> {
    return await this.#occupancy.exchange(() => this.#exchange(command, request, options));
  }

  async #exchange<Request, Reply>(
    command: Command<Request, Reply>,
    request: Request,
    options: ExchangeOptions,
  ): Promise<Reply> {
    const timeoutMs = Math.min(options.timeoutMs ?? this.#timeoutOf(command, request), this.limits.maximumMs);
    const busyAfterMs = options.busyAfterMs ?? 0;
    // If the answer is lost the chip may still have begun what it does after it.
    this.outstandingMs = timeoutMs + busyAfterMs;
    const sentBytes = await this.#send(command, request, timeoutMs);
    this.counters.exchanges++;
    const lineMs = this.lineMs(sentBytes + Math.max(...command.replyLengths) + PACKET_BYTES);
    const reply = await this.#receive(command, new Deadline(this.clock, timeoutMs + lineMs));
    if (reply === null) {
      this.suspect = true;
      this.#keepPending();
      throw silenceError(command, timeoutMs, this.noise);
    }
    this.outstandingMs = busyAfterMs;
    return await this.#interpret(command, reply);
  }

  /** Sends the command without waiting. `waitMs`: how long the caller is going to wait; for the trace alone. */
  async send<Request, Reply>(command: Command<Request, Reply>, request: Request, waitMs?: number): Promise<number> {
    return await this.#occupancy.exchange(() => this.#send(command, request, waitMs));
  }

  async #send<Request, Reply>(command: Command<Request, Reply>, request: Request, waitMs?: number): Promise<number> {
    const data = command.encode(request);
    const timeoutMs = waitMs ?? this.#timeoutOf(command, request);
    this.#trace.command(command, data, { waitsForReply: waitMs !== undefined, timeoutMs });
    const checksum = command.checksummed === null ? 0 : xorChecksum(command.checksummed(data));
    return await this.#sendFrame(encodeRequest({ opcode: command.opcode, checksum, data }));
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
    return await this.#occupancy.exchange(() => this.#sendFrame(payload));
  }

  async #sendFrame(payload: Uint8Array): Promise<number> {
    return await this.#sendBytes(slipEncode(payload));
  }

  async #sendBytes(bytes: Uint8Array): Promise<number> {
    this.#trace.bytes("write", bytes);
    this.counters.bytesSent += bytes.length;
    await this.port.write(bytes);
    return bytes.length;
  }

  /** Sends bytes that are no frame. */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    await this.#occupancy.exchange(() => this.#sendBytes(bytes));
  }

  /** Waits until a frame has begun to arrive; false when none did in time. Throws on loss and abort. */
  async frameBegins(deadline: Deadline): Promise<boolean> {
    return await this.#occupancy.exchange(async () => {
      for (this.pump(); this.#frames.length === 0 && !this.#decoder.isInFrame; this.pump())
        if (!(await this.#inbox.wait(deadline, this.signal))) return false;
      return true;
    });
  }

  /** The next frame whatever it is, or null when none came in time. Throws on loss and abort. */
  async receiveFrame(deadline: Deadline): Promise<Uint8Array<ArrayBuffer> | null> {
    return await this.#occupancy.exchange(() => this.#receiveFrame(deadline));
  }

  async #receiveFrame(deadline: Deadline): Promise<Uint8Array<ArrayBuffer> | null> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      if (!(await this.#inbox.wait(deadline, this.signal))) return null;
      this.pump();
    }
  }

  /**
   * The next reply that can belong to `command`, or null when none came in time. A reply to another command is a late
   * one and skipped, except the ROM's way of saying "unknown command": it repeats the opcode of the command before.
   */
  async receive<Request, Reply>(command: Command<Request, Reply>, deadline: Deadline): Promise<ReplyPacket | null> {
    return await this.#occupancy.exchange(() => this.#receive(command, deadline));
  }

  async #receive<Request, Reply>(command: Command<Request, Reply>, deadline: Deadline): Promise<ReplyPacket | null> {
    for (;;) {
      const frame = await this.#receiveFrame(deadline);
      if (frame === null) return null;
      const reply = decodeReply(frame);
      if (reply === null) this.noise.add(frame);
      else if (reply.opcode === command.opcode || isUnsupported(reply)) return reply;
    }
  }

  async #interpret<Request, Reply>(command: Command<Request, Reply>, reply: ReplyPacket): Promise<Reply> {
    if (isUnsupported(reply)) await this.#drainCopies(reply);
    try {
      return await interpretReply(command, reply);
    } catch (error) {
      if (isEspError(error, "link.reply-short")) this.suspect = true;
      throw error;
    }
  }

  /** After a SYNC the ROM repeats its refusal as often as it repeats the answer to the SYNC. */
  async #drainCopies(reply: ReplyPacket): Promise<void> {
    if (reply.opcode !== SYNC.opcode) return;
    for (let copies = 1; copies < SYNC_REPLIES; copies++)
      if ((await this.#receiveFrame(new Deadline(this.clock, DRAIN_MS))) === null) return;
  }
}
