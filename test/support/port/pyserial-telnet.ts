// Telnet as pyserial 3.5 speaks it, for scripted peers: written anew from its behaviour and not with our own codec, so
// that a wrong belief of ours is not tested against itself.

const SE = 0xf0;
const SB = 0xfa;
const IAC = 0xff;
const VERBS = { will: 0xfb, wont: 0xfc, do: 0xfd, dont: 0xfe } as const;
export type Verb = keyof typeof VERBS;

export const ECHO = 1;
export const SGA = 3;
export const BINARY = 0;
export const COM_PORT_OPTION = 44;

export interface TelnetHandlers {
  data(byte: number): void;
  option(verb: Verb, option: number): void;
  /** The bytes behind COM_PORT_OPTION. */
  comPort(bytes: readonly number[]): void;
}

/** Feeds a stream through: bytes of a subnegotiation are collected between SB and SE, wherever the stream is cut. */
export function telnetFilter(handlers: TelnetHandlers): (chunk: Uint8Array) => void {
  let state: "normal" | "iac" | Verb = "normal";
  let collected: number[] | null = null;
  const take = (byte: number): void => {
    if (collected === null) handlers.data(byte);
    else collected.push(byte);
  };
  const command = (byte: number): typeof state => {
    const verb = (Object.keys(VERBS) as Verb[]).find((name) => VERBS[name] === byte);
    if (verb !== undefined) return verb;
    if (byte === IAC) take(IAC);
    if (byte === SB) collected = [];
    if (byte === SE && collected !== null) {
      const [option, ...bytes] = collected;
      collected = null;
      if (option === COM_PORT_OPTION) handlers.comPort(bytes);
    }
    return "normal";
  };
  return (chunk) => {
    for (const byte of chunk) {
      if (state === "normal") {
        if (byte === IAC) state = "iac";
        else take(byte);
      } else if (state === "iac") {
        state = command(byte);
      } else {
        const verb: Verb = state;
        state = "normal";
        handlers.option(verb, byte);
      }
    }
  };
}

export function doubled(bytes: Iterable<number>): number[] {
  return [...bytes].flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte]));
}

export function optionBytes(verb: Verb, option: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(IAC, VERBS[verb], option);
}

export function comPortBytes(command: number, value: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(IAC, SB, COM_PORT_OPTION, command, ...doubled(value), IAC, SE);
}

/** One row of pyserial's table of options: what it says and what it expects for one side of one option. */
export class PyserialOption {
  readonly option: number;
  readonly yes: Verb;
  state: "requested" | "active" | "inactive";
  readonly #acceptedBy: Verb;
  readonly #declinedBy: Verb;

  constructor(option: number, side: "we" | "they", state: "requested" | "inactive") {
    this.option = option;
    this.state = state;
    this.yes = side === "we" ? "will" : "do";
    this.#acceptedBy = side === "we" ? "do" : "will";
    this.#declinedBy = side === "we" ? "dont" : "wont";
  }

  /** What to answer, if anything. */
  process(verb: Verb): Verb | null {
    const before = this.state;
    if (verb === this.#acceptedBy) {
      this.state = "active";
      return before === "inactive" ? this.yes : null;
    }
    if (verb !== this.#declinedBy) return null;
    this.state = "inactive";
    return before === "active" ? (this.yes === "will" ? "wont" : "dont") : null;
  }
}

/** Takes an option from the other side; unknown ones are refused. */
export function negotiate(table: readonly PyserialOption[], verb: Verb, option: number): [Verb, number][] {
  const rows = table.filter((row) => row.option === option);
  if (rows.length === 0) {
    if (verb === "will") return [["dont", option]];
    return verb === "do" ? [["wont", option]] : [];
  }
  return rows.flatMap((row): [Verb, number][] => {
    const answer = row.process(verb);
    return answer === null ? [] : [[answer, option]];
  });
}

export function word(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

export function wordOf(bytes: readonly number[]): number {
  return bytes.slice(0, 4).reduce((value, byte) => value * 256 + byte, 0);
}
