import { Deadline } from "../clock.ts";
import type { Command } from "../wire/command.ts";
import { interpretReply } from "./interpret-reply.ts";
import type { Link } from "./link.ts";
import { silenceError } from "./reply-errors.ts";

/**
 * What is sent between two frames that follow each other. The stub has two buffers, and arms the second when it begins with
 * what is in the first; bytes that come before are lost (fact sheet stub, section 1). It sees the end of a frame when 32
 * bytes have come or none for 10 symbols, so at the latest 32 bytes later, and begins with it at once when it is idle. Of
 * bytes between two frames it takes no notice.
 */
export const PAUSE_BYTES = 64;
const PAUSE: Uint8Array = new Uint8Array(PAUSE_BYTES).fill(0xff);

/**
 * Commands to a stub of which one is sent while it works on the one before: never more than these two. Answers come in the
 * order of the questions and do not say which they belong to; each question has at most one. So none of the answers can be
 * relied on before all that was asked is answered (`isDrained`). Commands for this can be asked again without harm, and are
 * when `next` throws: all of them, one by one, in step again.
 */
export class Ahead {
  readonly #link: Link;
  readonly #waiting: { readonly timeoutMs: number; readonly next: () => Promise<void> }[] = [];

  constructor(link: Link) {
    this.#link = link;
  }

  get isDrained(): boolean {
    return this.#waiting.length === 0;
  }

  /** There is no room for another question. */
  get isFull(): boolean {
    return this.#waiting.length >= 2;
  }

  /** Sends it. `answered` is told what came, by `next`. Throws `port.*`. */
  async ask<Request, Reply>(
    command: Command<Request, Reply>,
    request: Request,
    answered: (reply: Reply) => void,
  ): Promise<void> {
    const link = this.#link;
    const timeoutMs = Math.min(command.timeoutMs(request, link.limits), link.limits.maximumMs);
    if (!this.isDrained) {
      await link.sendBytes(PAUSE);
      link.counters.ahead++;
    }
    const sentBytes = await link.send(command, request, timeoutMs);
    link.counters.exchanges++;
    this.#waiting.push({
      timeoutMs,
      next: async () => {
        const reply = await link.receive(command, new Deadline(link.clock, timeoutMs + link.lineMs(sentBytes)));
        if (reply === null) throw silenceError(command, timeoutMs, link.noise);
        answered(await interpretReply(command, reply));
      },
    });
  }

  /** Waits for the answer to the oldest question. Throws `link.*`, `port.*`, `operation.aborted`; the others are void then. */
  async next(): Promise<void> {
    const link = this.#link;
    link.outstandingMs = this.#waiting.reduce((sum, { timeoutMs }) => sum + timeoutMs, 0);
    try {
      await this.#waiting.shift()?.next();
    } catch (error) {
      link.suspect = true;
      this.#waiting.length = 0;
      throw error;
    }
    if (this.isDrained) link.outstandingMs = 0;
  }
}
