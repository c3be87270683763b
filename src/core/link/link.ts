import { toHex } from "../bytes/hex.ts";
import { type Clock, Deadline } from "../clock.ts";
import { type AbortSignalLike, EspError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { Inbox } from "../port/inbox.ts";
import type { Port } from "../port/port.ts";
import { xorChecksum } from "../wire/checksum.ts";
import type { Command, TimeoutLimits } from "../wire/command.ts";
import { COMMAND_NAMES, SYNC, SYNC_REPLIES } from "../wire/commands.ts";
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
  readonly timeoutMs?: number;
}

/** After an unsupported command: how long the repeated replies may take to arrive (fact sheet 3.2). */
const DRAIN_MS = 200;

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
  /** Set once the loader is known: some timeouts depend on it. */
  erasesOnBegin = true;
  baudRate = 0;
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
      frame: (payload) => this.#frames.push(payload),
      noise: (bytes) => this.noise.add(bytes),
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
      if (this.#trace) this.#traceBytes("receive", chunk);
      this.#decoder.push(chunk);
    }
  }

  /** Drops everything received so far, keeping it as evidence. */
  discard(): void {
    this.pump();
    for (const frame of this.#frames) this.noise.add(frame);
    this.#frames = [];
    this.noise.add(this.#decoder.pending());
    this.#decoder.reset();
  }

  /** Sends the command and returns its decoded answer. Throws `link.*`, `port.*`, `operation.aborted`. */
  async exchange<Request, Reply>(
    command: Command<Request, Reply>,
    request: Request,
    options: ExchangeOptions = {},
  ): Promise<Reply> {
    const context = { limits: this.limits, erasesOnBegin: this.erasesOnBegin };
    const timeoutMs = Math.min(options.timeoutMs ?? command.timeoutMs(request, context), this.limits.maximumMs);
    await this.send(command, request);
    this.counters.exchanges++;
    const deadline = new Deadline(this.clock, timeoutMs);
    const reply = await this.receive(command, deadline);
    if (reply === null) throw this.#silence(command, timeoutMs);
    return await this.#interpret(command, reply);
  }

  /** Sends the command without waiting. */
  async send<Request, Reply>(command: Command<Request, Reply>, request: Request): Promise<void> {
    const data = command.encode(request);
    const checksum = command.checksummed === null ? 0 : xorChecksum(command.checksummed(data));
    await this.sendFrame(encodeRequest({ opcode: command.opcode, checksum, data }));
  }

  /** Sends one raw frame. */
  async sendFrame(payload: Uint8Array): Promise<void> {
    const frame = slipEncode(payload);
    if (this.#trace) this.#traceBytes("send", frame, payload);
    this.counters.bytesSent += frame.length;
    await this.port.write(frame);
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
    const deadline = new Deadline(this.clock, DRAIN_MS);
    for (let copies = 1; copies < SYNC_REPLIES; copies++) if ((await this.receiveFrame(deadline)) === null) return;
  }

  #silence(command: { readonly name: string; readonly doing: string }, timeoutMs: number): EspError {
    this.suspect = true;
    this.noise.add(this.#decoder.pending());
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

  #traceBytes(direction: "send" | "receive", bytes: Uint8Array, payload?: Uint8Array): void {
    const opcode = payload?.[0] === 0 ? payload[1] : undefined;
    const name = opcode === undefined ? "" : (COMMAND_NAMES.get(opcode) ?? `opcode 0x${toHex(Uint8Array.of(opcode))}`);
    this.#emit({ type: "trace", direction, bytes, text: name });
  }
}

function isUnsupported(reply: ReplyPacket): boolean {
  const { data } = reply;
  return (data.length === 2 || data.length === 4) && data[0] === 1 && data[1] === ROM_UNSUPPORTED_REASON;
}

function statusError(command: { readonly name: string; readonly doing: string }, status: number): EspError {
  const details = { command: command.name, status };
  if (status === STUB_NOT_IMPLEMENTED || status === STUB_INVALID_COMMAND)
    return new EspError("link.unsupported-command", `The stub does not know the command ${command.name}.`, { details });
  const shown = status.toString(16).padStart(4, "0").toUpperCase();
  return new EspError(
    "link.status",
    `Failed to ${command.doing}: the chip answered ${shown} (${statusReason(status)}).`,
    { hint: "See the details for the command; a checksum error points at the cable or the baud rate.", details },
  );
}
