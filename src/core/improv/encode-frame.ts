import { toUtf8 } from "../bytes/text.ts";
import { type ByteSource, checkBytes } from "../check/bytes.ts";
import { type Check, invalidArgument } from "../check/check.ts";
import { wholeNumber } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkText, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { EspError } from "../errors.ts";
import {
  checksumOf,
  FRAME_TYPES,
  HEADER_BYTES,
  IMPROV_LETTERS,
  IMPROV_VERSION,
  LONGEST_DATA,
  NEWLINE,
} from "./improv-frame.ts";

/** What can be sent; frames as the reader tells them can be given, too. */
export type ImprovMessage =
  | { readonly type: "state"; readonly value: number }
  | { readonly type: "error"; readonly value: number }
  | { readonly type: "command"; readonly command: number; readonly payload: ByteSource }
  | { readonly type: "result"; readonly command: number; readonly strings: readonly string[] };

const BYTE = wholeNumber(0, 0xff);
const typeOf = shape<{ readonly type: ImprovMessage["type"] }>({
  type: oneOf(["state", "error", "command", "result"]),
});
const checkValue = shape<{ readonly value: number }>({ value: BYTE });
const checkCommand = shape<{ readonly command: number; readonly payload: Uint8Array<ArrayBuffer> }>({
  command: BYTE,
  payload: checkBytes,
});
const checkResult = shape<{ readonly command: number; readonly strings: readonly string[] }>({
  command: BYTE,
  strings: listOf(checkText),
});

/**
 * The bytes of one message, with the newline behind it that every known sender adds. They have to be sent in one go: devices
 * give up a frame after 100 ms without a byte. Throws `argument.invalid`, for what has no place in a frame, too.
 *
 * @example
 * encodeImprovFrame({ type: "command", command: 2, payload: new Uint8Array() });
 */
export function encodeImprovFrame(message: ImprovMessage): Uint8Array<ArrayBuffer> {
  const { type } = typeOf(message, "message");
  return frameOf(FRAME_TYPES[type], DATA[type](message));
}

const DATA: Readonly<Record<ImprovMessage["type"], (message: unknown) => readonly number[]>> = {
  state: (message) => [checkValue(message, "message").value],
  error: (message) => [checkValue(message, "message").value],
  command: (message) => {
    const { command, payload } = checkCommand(message, "message");
    return withLength(command, payload);
  },
  result: (message) => {
    const { command, strings } = checkResult(message, "message");
    return withLength(command, strings.flatMap(lengthAndText));
  },
};

/** A text behind its length. Nothing of the text is told when it does not fit: it may be a password. */
export function lengthAndText(text: string): readonly number[] {
  const bytes = toUtf8(text);
  if (bytes.length > LONGEST_DATA)
    throw new EspError("argument.invalid", `A text of Improv has at most ${LONGEST_DATA} bytes; one has more.`);
  return [bytes.length, ...bytes];
}

function withLength(command: number, payload: ArrayLike<number>): readonly number[] {
  if (payload.length > LONGEST_DATA - 2)
    throw new EspError(
      "argument.invalid",
      `A frame of Improv has room for ${LONGEST_DATA - 2} bytes, not for ${payload.length}.`,
    );
  return [command, payload.length, ...Array.from(payload)];
}

function frameOf(type: number, data: readonly number[]): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER_BYTES + data.length + 2);
  frame.set(IMPROV_LETTERS);
  frame.set([IMPROV_VERSION, type, data.length, ...data], IMPROV_LETTERS.length);
  frame[HEADER_BYTES + data.length] = checksumOf(frame);
  frame[HEADER_BYTES + data.length + 1] = NEWLINE;
  return frame;
}

/** A text whose bytes are counted; nothing of what was given is told. */
export function textOfBytes(fewest: number, most: number): Check<string> {
  return (value, argument) => {
    const needed = `a text of ${fewest} to ${most} bytes in UTF-8`;
    if (typeof value !== "string") throw invalidArgument(argument, typeof value, needed);
    const { length } = toUtf8(value);
    if (length >= fewest && length <= most) return value;
    throw new EspError("argument.invalid", `'${argument}' must be ${needed}; it has ${length}.`, {
      details: { argument },
    });
  };
}
