import { wordsToBytes } from "../../bytes/words.ts";
import { Deadline } from "../../clock.ts";
import { EspError, throwIfAborted } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import type { Command } from "../../wire/command.ts";
import type { ReadFlashRequest } from "../../wire/commands.ts";

/** Largest frame a stub reads at once (fact sheet 3.5). */
const FRAME_BYTES = 4096;
/** Stubs keep one frame in flight whatever they are asked for; this is what the reference asks for (3.12). */
const FRAMES_IN_FLIGHT = 64;
const MD5_BYTES = 16;

export interface FrameRequest {
  readonly command: Command<ReadFlashRequest, undefined>;
  readonly address: number;
  /** Is filled with what comes. */
  readonly part: Uint8Array<ArrayBuffer>;
  readonly onRead: (done: number) => void;
  /**
   * When a frame is acknowledged: while it arrives, so that the next one follows without a pause, or when it is there.
   * Default `late`, which any stub understands.
   */
  readonly acknowledge?: "early" | "late" | undefined;
  /** For one frame; default: the default of all commands. */
  readonly timeoutMs?: number | undefined;
}

/**
 * One command that streams flash contents: frames of data, each acknowledged with the total so far, then their MD5 as
 * the chip computed it, which is returned (fact sheet 3.12). Whether it fits the data is for the caller to see, also
 * where a frame was acknowledged before it was there.
 * Throws `link.*`, `operation.aborted`.
 */
export async function receiveFrames(session: LiveSession, request: FrameRequest): Promise<Uint8Array<ArrayBuffer>> {
  const { link } = session;
  const { command, address, part, onRead } = request;
  const sizeBytes = part.length;
  await link.exchange(command, { address, sizeBytes, blockSize: FRAME_BYTES, maximumInFlight: FRAMES_IN_FLIGHT });
  let received = 0;
  while (received < sizeBytes) {
    throwIfAborted(link.signal);
    const expected = Math.min(FRAME_BYTES, sizeBytes - received);
    const acknowledge = async (): Promise<unknown> => await link.sendFrame(wordsToBytes([received + expected]));
    // Exactly once a frame, and never before its first byte: the stub counts them, and with one too many stops for ever.
    const isEarly = request.acknowledge === "early";
    if (isEarly) {
      if (!(await link.frameBegins(frameDeadline(session, request)))) throw silence(session, request, received);
      await acknowledge();
    }
    const frame = await nextFrame(session, request, received);
    if (frame.length !== expected) throw brokenFrame(session, address + received, frame.length, expected);
    if (!isEarly) await acknowledge();
    part.set(frame, received);
    received += frame.length;
    onRead(received);
  }
  const stated = await nextFrame(session, request, received);
  if (stated.length !== MD5_BYTES) throw brokenFrame(session, address + received, stated.length, MD5_BYTES);
  return stated;
}

function frameDeadline({ link, limits }: LiveSession, { timeoutMs }: FrameRequest): Deadline {
  return new Deadline(link.clock, (timeoutMs ?? limits.defaultMs) + link.lineMs(FRAME_BYTES));
}

async function nextFrame(
  session: LiveSession,
  request: FrameRequest,
  received: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const frame = await session.link.receiveFrame(frameDeadline(session, request));
  if (frame !== null) return frame;
  throw silence(session, request, received);
}

function silence({ link }: LiveSession, request: FrameRequest, received: number): EspError {
  link.suspect = true;
  return new EspError("link.timeout", "The chip stopped sending flash contents.", {
    hint: "Try a lower baud rate or another cable.",
    details: { command: request.command.name, address: request.address + received },
  });
}

function brokenFrame({ link }: LiveSession, address: number, length: number, expected: number): EspError {
  link.suspect = true;
  return new EspError("link.garbled", `A piece of flash contents has ${length} bytes instead of ${expected}.`, {
    hint: "Bytes were lost on the line; try a lower baud rate or another cable.",
    details: { address, length, expected },
  });
}
