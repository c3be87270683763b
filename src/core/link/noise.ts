/**
 * What arrived and was no answer: boot logs, panic texts, garbage of a wrong baud rate. Evidence for a diagnosis, kept
 * up to a limit.
 */
const LIMIT = 8192;

export class Noise {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #total = 0;

  add(bytes: Uint8Array): void {
    this.#total += bytes.length;
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined.length > LIMIT ? joined.slice(joined.length - LIMIT) : joined;
  }

  /** Bytes seen in all, also those no longer kept. */
  get total(): number {
    return this.#total;
  }

  /** The last bytes, at most 8 KiB. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  clear(): void {
    this.#bytes = new Uint8Array(0);
    this.#total = 0;
  }
}

/** Noise as text: printable ASCII and line ends stay, the rest becomes `.`. */
export function noiseText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes)
    text += (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d ? String.fromCharCode(byte) : ".";
  return text;
}

/** The name of a crash that the application printed, or null. */
export function findPanic(text: string): string | null {
  const guru = /uru Meditation Error[^\n]*/.exec(text);
  if (guru !== null) {
    const cause = /panic'ed \(([^)]{0,200})\)/.exec(guru[0]);
    return cause?.[1] ?? "unknown cause";
  }
  const fatal = /Fatal exception \((\d+)\)/.exec(text);
  return fatal === null ? null : `fatal exception ${fatal[1]}`;
}
