import { Ahead } from "../../link/ahead.ts";
import type { LiveSession } from "../../session/session.ts";
import { SPI_FLASH_MD5 } from "../../wire/commands.ts";
import { flashDigest } from "../flash-digest.ts";
import { askSingly, asksAhead } from "../setup/ask-both.ts";
import { ASSUMED_EXCHANGE_MS, flashMemo } from "../setup/flash-memo.ts";
import { type Extent, LEAST_DIGEST_MS_PER_BYTE } from "./costs.ts";

/** A digest of the chip. */
export interface Digested {
  readonly digest: Uint8Array<ArrayBuffer>;
  /** What the question took, as if it had been asked by itself. */
  readonly elapsedMs: number;
}

/** Questions for digests, in order. */
export class DigestQueue {
  readonly #session: LiveSession;
  readonly #ahead: Ahead;
  #single: Extent | null = null;
  #digest: Uint8Array<ArrayBuffer> | null = null;
  readonly #open: { readonly extent: Extent; readonly askedAt: number; readonly isAlone: boolean }[] = [];
  #answeredAt = 0;

  constructor(session: LiveSession) {
    this.#session = session;
    this.#ahead = new Ahead(session.link);
  }

  get isFull(): boolean {
    return this.#single !== null || this.#ahead.isFull || (!this.#ahead.isDrained && !asksAhead(this.#session));
  }

  /** All that was asked is answered. Until then no answer since the last time that it was so can be relied on. */
  get isDrained(): boolean {
    return this.#single === null && this.#ahead.isDrained;
  }

  /** Throws `port.*`. */
  async ask(extent: Extent): Promise<void> {
    const { link } = this.#session;
    if (!asksAhead(this.#session)) {
      this.#single = extent;
      return;
    }
    const isAlone = this.#ahead.isDrained;
    const { address, sizeBytes } = extent;
    this.#open.push({ extent, askedAt: link.clock.now(), isAlone });
    const request = { address, sizeBytes, reserved1: 0, reserved2: 0 };
    await this.#ahead.ask(SPI_FLASH_MD5, request, (digest) => {
      this.#digest = digest;
    });
  }

  /**
   * The answer to the oldest question. Null: what was asked since the queue was empty is void, answered or not, and has to
   * be asked again, which is done one by one then. Throws `link.*`, `port.*`, `operation.aborted`.
   */
  async next(): Promise<Digested | null> {
    return this.#single === null ? await this.#nextAhead() : await this.#nextSingle(this.#single);
  }

  async #nextSingle({ address, sizeBytes }: Extent): Promise<Digested> {
    const { clock } = this.#session.link;
    const startedAt = clock.now();
    const digest = await flashDigest(this.#session, address, sizeBytes);
    this.#single = null;
    return { digest, elapsedMs: clock.now() - startedAt };
  }

  async #nextAhead(): Promise<Digested | null> {
    try {
      await this.#ahead.next();
    } catch (error) {
      this.#open.length = 0;
      await askSingly(this.#session, error);
      return null;
    }
    const now = this.#session.link.clock.now();
    const first = this.#open.shift();
    const digest = this.#digest;
    if (first === undefined || digest === null) return null;
    const { extent, askedAt, isAlone } = first;
    const elapsedMs = isAlone ? now - askedAt : this.#asIfAlone(extent, now - Math.max(askedAt, this.#answeredAt));
    this.#answeredAt = now;
    return { digest, elapsedMs };
  }

  /** Answers that come together say nothing of what one takes; not less than is known of any chip. */
  #asIfAlone({ sizeBytes }: Extent, sinceMs: number): number {
    const exchangeMs = flashMemo(this.#session).exchangeMs ?? ASSUMED_EXCHANGE_MS;
    return exchangeMs + Math.max(sinceMs, LEAST_DIGEST_MS_PER_BYTE * sizeBytes);
  }
}
