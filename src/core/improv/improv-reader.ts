// Room: Improv over serial: how a device on a serial line is asked about its Wi-Fi, and given one.
// In: bytes of a device, in which frames stand among the lines of its log.
// Out: frames, the log without them, and answers to questions.

import { checkBytes } from "../check/bytes.ts";
import { type Check, optional } from "../check/check.ts";
import { hasParts, shape } from "../check/shapes.ts";
import { checkFunction } from "../check/values.ts";
import { type Clock, systemClock } from "../clock.ts";
import { checkClock } from "../port/check-port.ts";
import { callSafely } from "../shield-listener.ts";
import {
  checksumOf,
  FRAME_TYPES,
  HEADER_BYTES,
  IMPROV_LETTERS,
  IMPROV_VERSION,
  type ImprovFrame,
  NEWLINE,
} from "./improv-frame.ts";
import { parseFrame } from "./parse-frame.ts";

/** A frame is sent in one go: what has begun and does not go on is text. */
const HELD_BACK_MS = 500;

export interface ImprovListener {
  frame(frame: ImprovFrame): void;
  /** What is no frame, in order, as it came; to be copied by who keeps it. */
  text(bytes: Uint8Array<ArrayBuffer>): void;
}

export interface ImprovReader {
  push(bytes: Uint8Array): void;
  /** Nothing more will come: what is held back is text. */
  flush(): void;
  /** Bytes that are held back because a frame may have begun with them. */
  readonly pendingBytes: number;
  /** Headers so far that were right, of frames whose sum was wrong. */
  readonly badFrames: number;
}

const checkListener: Check<ImprovListener> = hasParts<ImprovListener>("a listener with frame and text", {
  frame: checkFunction,
  text: checkFunction,
});
const checkOptions = shape<{ readonly clock: Clock | undefined }>({ clock: optional(checkClock) });

/**
 * Takes frames out of what a device prints: they are found anywhere, in the middle of a line and in pieces, too. What looks
 * like the beginning of one is held back for half a second at most.
 *
 * @example
 * const reader = improvReader({ frame: (frame) => console.log(frame.type), text: (bytes) => log(bytes) });
 * reader.push(bytes);
 */
export function improvReader(
  listener: ImprovListener,
  options: { readonly clock?: Clock | undefined } = {},
): ImprovReader {
  return new FrameReader(checkListener(listener, "listener"), checkOptions(options, "options").clock ?? systemClock);
}

/** What stands at a place: a frame of so many bytes; nothing; the beginning of something that may become a frame. */
type Verdict = { readonly frame: ImprovFrame; readonly sizeBytes: number } | "nothing" | "bad sum" | "more";

class FrameReader implements ImprovReader {
  readonly #listener: ImprovListener;
  readonly #clock: Clock;
  #held: Uint8Array<ArrayBuffer> = new Uint8Array();
  #afterFrame = false;
  #cancel: () => void = () => {};
  badFrames = 0;

  constructor(listener: ImprovListener, clock: Clock) {
    this.#listener = listener;
    this.#clock = clock;
  }

  get pendingBytes(): number {
    return this.#held.length;
  }

  push(bytes: Uint8Array): void {
    const given = checkBytes(bytes, "bytes");
    if (given.length === 0) return;
    const all = new Uint8Array(this.#held.length + given.length);
    all.set(this.#held);
    all.set(given, this.#held.length);
    this.#take(all, 0);
  }

  flush(): void {
    while (this.#held.length > 0) this.#take(this.#held, 1);
  }

  /** The first `at` bytes are known to be text. */
  #take(bytes: Uint8Array<ArrayBuffer>, knownText: number): void {
    this.#cancel();
    this.#held = new Uint8Array();
    let at = knownText;
    let textFrom = 0;
    const tellText = (): void => {
      const [from, to] = [textFrom, at];
      if (at > textFrom) this.#tell((listener) => listener.text(bytes.slice(from, to)));
      textFrom = at;
    };
    while (at < bytes.length) {
      if (this.#afterFrame) {
        this.#afterFrame = false;
        if (bytes[at] === NEWLINE) {
          textFrom = ++at;
          continue;
        }
      }
      const verdict = frameAt(bytes, at);
      if (verdict === "more") break;
      if (verdict === "bad sum") this.badFrames++;
      if (typeof verdict === "string") {
        at++;
        continue;
      }
      tellText();
      at += verdict.sizeBytes;
      textFrom = at;
      this.#afterFrame = true;
      this.#tell((listener) => listener.frame(verdict.frame));
    }
    tellText();
    this.#held = bytes.slice(at);
    if (this.#held.length > 0) this.#cancel = this.#clock.after(HELD_BACK_MS, () => this.#take(this.#held, 1));
  }

  /** A listener that fails must not cost what comes after. */
  #tell(call: (listener: ImprovListener) => void): void {
    callSafely(
      () => call(this.#listener),
      () => {},
    );
  }
}

const KNOWN_TYPES: ReadonlySet<number | undefined> = new Set(Object.values(FRAME_TYPES));

function frameAt(bytes: Uint8Array<ArrayBuffer>, at: number): Verdict {
  if (bytes[at] !== IMPROV_LETTERS[0]) return "nothing";
  const there = bytes.subarray(at, at + IMPROV_LETTERS.length);
  if (there.some((byte, index) => byte !== IMPROV_LETTERS[index])) return "nothing";
  if (bytes.length - at < HEADER_BYTES + 1) return "more";
  const [version, type = 0, length = 0] = bytes.subarray(at + IMPROV_LETTERS.length, at + HEADER_BYTES);
  if (version !== IMPROV_VERSION || !KNOWN_TYPES.has(type)) return "nothing";
  const end = at + HEADER_BYTES + length;
  if (bytes.length <= end) return "more";
  if (checksumOf(bytes.subarray(at, end)) !== bytes[end]) return "bad sum";
  return { frame: parseFrame(type, bytes.slice(at + HEADER_BYTES, end)), sizeBytes: HEADER_BYTES + length + 1 };
}
