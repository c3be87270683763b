/** The part of the telnet protocol (RFC 854, RFC 855) that a serial port over the network needs. */

export const IAC = 0xff;
const DONT = 0xfe;
const DO = 0xfd;
const WONT = 0xfc;
const WILL = 0xfb;
const SB = 0xfa;
const SE = 0xf0;

export type TelnetVerb = "do" | "dont" | "will" | "wont";

const VERBS: Readonly<Record<TelnetVerb, number>> = { do: DO, dont: DONT, will: WILL, wont: WONT };

export type TelnetEvent =
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "negotiation"; readonly verb: TelnetVerb; readonly option: number }
  | { readonly kind: "subnegotiation"; readonly option: number; readonly bytes: Uint8Array }
  /** Any other command, such as "are you there". */
  | { readonly kind: "command"; readonly command: number }
  /** A subnegotiation that was longer than the limit, and is dropped. */
  | { readonly kind: "overlong"; readonly option: number };

/** The longest value in RFC 2217 is a signature text; this leaves room and bounds what a peer can make us keep. */
const SUBNEGOTIATION_LIMIT_BYTES = 1024;

type State = "data" | "command" | "verb" | "option" | "subnegotiation" | "subnegotiation-command";

/** Takes a stream of telnet apart. The stream may be cut anywhere; no input makes it throw. */
export class TelnetParser {
  #state: State = "data";
  #verb: TelnetVerb = "do";
  #option = 0;
  #subnegotiation: number[] = [];
  #overlong = false;

  push(bytes: Uint8Array): TelnetEvent[] {
    const events: TelnetEvent[] = [];
    let data: number[] = [];
    const flush = (): void => {
      if (data.length > 0) events.push({ kind: "data", bytes: Uint8Array.from(data) });
      data = [];
    };
    for (const byte of bytes) {
      if (this.#state === "data" && byte !== IAC) {
        data.push(byte);
        continue;
      }
      const event = this.#step(byte);
      if (event === "escaped") data.push(IAC);
      else if (event !== undefined) {
        flush();
        events.push(event);
      }
    }
    flush();
    return events;
  }

  #step(byte: number): TelnetEvent | "escaped" | undefined {
    switch (this.#state) {
      case "data":
        this.#state = "command";
        return undefined;
      case "command":
        return this.#command(byte);
      case "verb":
        this.#state = "data";
        return { kind: "negotiation", verb: this.#verb, option: byte };
      case "option":
        this.#option = byte;
        this.#subnegotiation = [];
        this.#overlong = false;
        this.#state = "subnegotiation";
        return undefined;
      case "subnegotiation":
        if (byte === IAC) this.#state = "subnegotiation-command";
        else this.#keep(byte);
        return undefined;
      case "subnegotiation-command":
        return this.#subnegotiationCommand(byte);
    }
  }

  #command(byte: number): TelnetEvent | "escaped" | undefined {
    this.#state = "data";
    if (byte === IAC) return "escaped";
    if (byte === SB) {
      this.#state = "option";
      return undefined;
    }
    const verb = (Object.keys(VERBS) as TelnetVerb[]).find((name) => VERBS[name] === byte);
    if (verb === undefined) return { kind: "command", command: byte };
    this.#verb = verb;
    this.#state = "verb";
    return undefined;
  }

  #subnegotiationCommand(byte: number): TelnetEvent | "escaped" | undefined {
    if (byte === IAC) {
      this.#keep(IAC);
      this.#state = "subnegotiation";
      return undefined;
    }
    if (byte !== SE) {
      // The peer forgot the end. What it says now is still a command, so the stream goes on from here.
      const event = this.#command(byte);
      return event === "escaped" ? undefined : event;
    }
    this.#state = "data";
    const option = this.#option;
    if (this.#overlong) return { kind: "overlong", option };
    return { kind: "subnegotiation", option, bytes: Uint8Array.from(this.#subnegotiation) };
  }

  #keep(byte: number): void {
    if (this.#subnegotiation.length < SUBNEGOTIATION_LIMIT_BYTES) this.#subnegotiation.push(byte);
    else this.#overlong = true;
  }
}

/** Data as it goes over the wire: 0xFF twice. */
export function escapeTelnet(bytes: Uint8Array): Uint8Array {
  let escapes = 0;
  for (const byte of bytes) if (byte === IAC) escapes += 1;
  if (escapes === 0) return bytes;
  const escaped = new Uint8Array(bytes.length + escapes);
  let at = 0;
  for (const byte of bytes) {
    escaped[at++] = byte;
    if (byte === IAC) escaped[at++] = IAC;
  }
  return escaped;
}

export function encodeNegotiation(verb: TelnetVerb, option: number): Uint8Array {
  return Uint8Array.of(IAC, VERBS[verb], option);
}

export function encodeSubnegotiation(option: number, bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(IAC, SB, option, ...escapeTelnet(bytes), IAC, SE);
}
