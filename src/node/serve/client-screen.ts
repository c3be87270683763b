import { Transform, type TransformCallback } from "node:stream";
import { judgeFirstBytes, TELLING_BYTES } from "./web-client.ts";

/** What a person types letter by letter may begin like a request; it is passed on after so long. */
const HELD_MS = 1000;

export interface ClientScreenOptions {
  /** The client speaks HTTP or TLS. Nothing comes through any more. */
  readonly onWeb: () => void;
  /** The first bytes have come and look like nothing of the web so far. */
  readonly onOther: () => void;
}

/**
 * Stands between a client and the chip: what the client sends comes through once its first bytes tell it from a web page.
 * Bytes that may be the beginning of a request are held back; after a while they are let through, but when they turn out
 * to have been one, the rest is not.
 */
export class ClientScreen extends Transform {
  readonly #options: ClientScreenOptions;
  #seen = new Uint8Array(0);
  #held: Uint8Array[] = [];
  #isDecided = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ClientScreenOptions) {
    super();
    this.#options = options;
  }

  /** There are bytes of which it is not clear yet what they are. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (!this.#isDecided) {
      this.#seen = Uint8Array.of(...this.#seen, ...chunk.subarray(0, TELLING_BYTES - this.#seen.length));
      const verdict = judgeFirstBytes(this.#seen);
      if (verdict === "web") {
        this.#held = [];
        this.#options.onWeb();
        // Not taken, not passed on; the stream ends here.
        return;
      }
      if (verdict === "undecided") {
        this.#held.push(chunk);
        this.#timer ??= setTimeout(() => this.#letThrough(), HELD_MS);
        done();
        return;
      }
      this.#isDecided = true;
      this.#letThrough();
    }
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    this.#letThrough();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    done(error);
  }

  #letThrough(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#options.onOther();
    for (const bytes of this.#held.splice(0)) this.push(bytes);
  }
}
