import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { type EspError, toEspError } from "../../core/errors.ts";
import {
  COM_PORT,
  CONTROL,
  DATA_SIZE_8,
  MODEM_STATE,
  PARITY_NONE,
  PURGE,
  SERVER_ANSWER_OFFSET,
  STOP_SIZE_1,
} from "../rfc2217/rfc2217-codes.ts";
import {
  encodeNegotiation,
  encodeSubnegotiation,
  escapeTelnet,
  type TelnetEvent,
  TelnetParser,
} from "../rfc2217/telnet.ts";
import { TELNET_OPTION, TelnetOptions } from "../rfc2217/telnet-options.ts";
import type { LineHandling } from "../system/line-handling.ts";
import { BOOT_HOLD_MS, ResetRecogniser, resetIntoDownload, resetIntoProgram } from "./local-reset.ts";
import type { SharedPort } from "./port-share.ts";
import type { ServeListener } from "./serve-events.ts";

export interface Rfc2217SessionOptions {
  readonly socket: Socket;
  /** What comes through it. */
  readonly input: Readable;
  readonly lines: LineHandling;
  /** See `ServeRfc2217Options.bootHoldMs`. */
  readonly bootHoldMs?: number | undefined;
  readonly onEvent: ServeListener;
}

const SIGNATURE = "esptool-ts RFC 2217 server";

/**
 * The inputs of a port are not read here; this is what a port without such lines is taken for. Said because pyserial
 * fails when somebody looks at CTS and the server never said anything about it.
 */
const READY = MODEM_STATE.clearToSend | MODEM_STATE.dataSetReady | MODEM_STATE.carrierDetect;

/** How much a client may send ahead of a slow port before it is asked to wait. */
const PENDING_LIMIT_BYTES = 262_144;
/** How much is kept for a client that suspended the flow or does not read; more is dropped, as a UART would. */
const HELD_LIMIT_BYTES = 4_194_304;

type Work =
  | { readonly kind: "write"; readonly bytes: Uint8Array }
  | { readonly kind: "command"; readonly command: number; readonly value: Uint8Array };

/** What an entry counts against the limit: commands are not free either. */
function cost(work: Work): number {
  return 64 + (work.kind === "write" ? work.bytes.length : work.value.length);
}

/** The conversation with one RFC 2217 client. What the client asks for is done strictly in its order. */
export class Rfc2217Session {
  readonly #socket: Socket;
  readonly #input: Readable;
  readonly #lineHandling: LineHandling;
  readonly #bootHoldMs: number;
  readonly #onEvent: ServeListener;
  readonly #parser: TelnetParser = new TelnetParser();
  readonly #options: TelnetOptions = new TelnetOptions(Object.values(TELNET_OPTION));
  readonly #resets: ResetRecogniser = new ResetRecogniser();
  #shared: SharedPort | null = null;
  #work: Work[] = [];
  #pendingBytes = 0;
  #working = false;
  #suspended = false;
  #saidReady = false;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #dtr = false;
  #rts = false;

  constructor({ socket, input, lines, bootHoldMs, onEvent }: Rfc2217SessionOptions) {
    this.#socket = socket;
    this.#input = input;
    this.#lineHandling = lines;
    this.#bootHoldMs = bootHoldMs ?? BOOT_HOLD_MS;
    this.#onEvent = onEvent;
  }

  /** Begins to talk, with the port in hand. */
  start(shared: SharedPort): void {
    this.#shared = shared;
    for (const { verb, option } of this.#options.offers()) this.#send(encodeNegotiation(verb, option));
    this.#input.on("data", (chunk) => {
      for (const event of this.#parser.push(chunk)) this.#take(event);
    });
    this.#input.resume();
  }

  /** Bytes from the chip. */
  deliver(bytes: Uint8Array): void {
    if (!this.#suspended && this.#socket.writableLength < HELD_LIMIT_BYTES) {
      this.#send(escapeTelnet(bytes));
      return;
    }
    if (!this.#suspended || this.#heldBytes + bytes.length > HELD_LIMIT_BYTES) return;
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }

  #take(event: TelnetEvent): void {
    if (event.kind === "data") {
      this.#add({ kind: "write", bytes: event.bytes });
    } else if (event.kind === "negotiation") {
      const answer = this.#options.answer(event);
      if (answer !== undefined) this.#send(encodeNegotiation(answer.verb, answer.option));
      this.#sayReady();
    } else if (event.kind === "subnegotiation" && event.option === TELNET_OPTION.comPort) {
      this.#takeCommand(event.bytes);
    }
  }

  /** Once, as soon as the client is known to understand it. */
  #sayReady(): void {
    if (this.#saidReady || this.#options.isAgreed(TELNET_OPTION.comPort) !== true) return;
    this.#saidReady = true;
    this.#answer(COM_PORT.notifyModemState, Uint8Array.of(READY));
  }

  #takeCommand(bytes: Uint8Array): void {
    // Some clients ask for the signature with nothing at all.
    const command = bytes[0] ?? COM_PORT.signature;
    const value = bytes.subarray(1);
    // What concerns bytes on their way acts at once; the answer to a purge keeps its place in the order.
    if (command === COM_PORT.flowControlSuspend) this.#suspended = true;
    else if (command === COM_PORT.flowControlResume) this.#resumeFlow();
    else {
      if (command === COM_PORT.purgeData) this.#purge(value[0] ?? 0);
      this.#add({ kind: "command", command, value });
    }
  }

  #purge(what: number): void {
    if (what === PURGE.received || what === PURGE.both) {
      this.#held = [];
      this.#heldBytes = 0;
    }
    if (what === PURGE.transmit || what === PURGE.both) {
      for (const work of this.#work) if (work.kind === "write") this.#pendingBytes -= cost(work);
      this.#work = this.#work.filter((work) => work.kind !== "write");
    }
  }

  #resumeFlow(): void {
    this.#suspended = false;
    for (const bytes of this.#held.splice(0)) this.#send(escapeTelnet(bytes));
    this.#heldBytes = 0;
  }

  #add(work: Work): void {
    this.#work.push(work);
    this.#pendingBytes += cost(work);
    if (this.#pendingBytes > PENDING_LIMIT_BYTES) this.#input.pause();
    if (!this.#working) void this.#run();
  }

  async #run(): Promise<void> {
    this.#working = true;
    for (let work = this.#work.shift(); work !== undefined; work = this.#work.shift()) {
      const shared = this.#shared;
      if (shared === null || this.#socket.destroyed) break;
      try {
        if (work.kind === "command") await this.#perform(shared, work.command, work.value);
        else await shared.write(work.bytes);
      } catch (error) {
        this.#failed(toEspError(error));
      }
      this.#pendingBytes -= cost(work);
      if (this.#pendingBytes <= PENDING_LIMIT_BYTES / 2) this.#input.resume();
    }
    this.#working = false;
  }

  #failed(error: EspError): void {
    this.#onEvent({ kind: "failed", error });
  }

  async #perform(shared: SharedPort, command: number, value: Uint8Array): Promise<void> {
    switch (command) {
      case COM_PORT.signature:
        // With a text it is the client's own signature, which asks for nothing.
        if (value.length === 0) this.#answer(command, Buffer.from(SIGNATURE, "latin1"));
        return;
      case COM_PORT.setBaudRate:
        return this.#setBaudRate(shared, value);
      case COM_PORT.setDataSize:
        return this.#answer(command, Uint8Array.of(DATA_SIZE_8));
      case COM_PORT.setParity:
        return this.#answer(command, Uint8Array.of(PARITY_NONE));
      case COM_PORT.setStopSize:
        return this.#answer(command, Uint8Array.of(STOP_SIZE_1));
      case COM_PORT.setControl:
        return this.#answer(command, Uint8Array.of(await this.#control(shared, value[0] ?? 0)));
      case COM_PORT.notifyLineState:
        return this.#answer(command, Uint8Array.of(0));
      case COM_PORT.notifyModemState:
        return this.#answer(command, Uint8Array.of(READY));
      case COM_PORT.setLineStateMask:
      case COM_PORT.setModemStateMask:
      case COM_PORT.purgeData:
        return this.#answer(command, value.subarray(0, 1));
      default:
        // Unknown commands have no answer.
        return;
    }
  }

  /** Rate 0 asks for the current one. The answer is the rate that holds afterwards, changed or not. */
  async #setBaudRate(shared: SharedPort, value: Uint8Array): Promise<void> {
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
    const baudRate = value.length >= 4 ? view.getUint32(0) : 0;
    if (baudRate !== 0 && baudRate !== shared.baudRate) {
      await shared.setBaudRate(baudRate).catch((error: unknown) => this.#failed(toEspError(error)));
    }
    const answer = new Uint8Array(4);
    new DataView(answer.buffer).setUint32(0, shared.baudRate);
    this.#answer(COM_PORT.setBaudRate, answer);
  }

  /** Carries out a SET-CONTROL value and returns the one that describes what holds now. */
  async #control(shared: SharedPort, control: number): Promise<number> {
    if (control >= CONTROL.dtrQuery && control <= CONTROL.rtsOff) return this.#controlLine(shared, control);
    if (control >= CONTROL.breakQuery && control <= CONTROL.breakOff) return CONTROL.breakOff;
    if (control >= CONTROL.inboundFlowQuery && control <= CONTROL.inboundFlowHardware) return CONTROL.inboundFlowNone;
    return control === CONTROL.inboundFlowDtr ? CONTROL.inboundFlowNone : CONTROL.flowNone;
  }

  async #controlLine(shared: SharedPort, control: number): Promise<number> {
    const before = { dtr: this.#dtr, rts: this.#rts };
    if (control === CONTROL.dtrOn || control === CONTROL.dtrOff) this.#dtr = control === CONTROL.dtrOn;
    if (control === CONTROL.rtsOn || control === CONTROL.rtsOff) this.#rts = control === CONTROL.rtsOn;
    const isDtr = control <= CONTROL.dtrOff;
    if (control !== CONTROL.dtrQuery && control !== CONTROL.rtsQuery) {
      try {
        await this.#changeLines(shared, control);
      } catch (error) {
        this.#dtr = before.dtr;
        this.#rts = before.rts;
        this.#failed(toEspError(error));
      }
    }
    if (isDtr) return this.#dtr ? CONTROL.dtrOn : CONTROL.dtrOff;
    return this.#rts ? CONTROL.rtsOn : CONTROL.rtsOff;
  }

  async #changeLines(shared: SharedPort, control: number): Promise<void> {
    if (this.#lineHandling === "pass-through") return shared.setLines({ dtr: this.#dtr, rts: this.#rts });
    switch (this.#resets.see(control)) {
      case "into-download":
        await resetIntoDownload(shared, this.#bootHoldMs);
        return this.#onEvent({ kind: "reset", into: "download" });
      case "into-program":
        await resetIntoProgram(shared);
        return this.#onEvent({ kind: "reset", into: "program" });
      case "release":
        return shared.setLines({ dtr: false, rts: false });
      case "nothing":
        return;
    }
  }

  #answer(command: number, value: Uint8Array): void {
    const bytes = Uint8Array.of(command + SERVER_ANSWER_OFFSET, ...value);
    this.#send(encodeSubnegotiation(TELNET_OPTION.comPort, bytes));
  }

  #send(bytes: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }
}
