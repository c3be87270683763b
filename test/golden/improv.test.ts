import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { encodeImprovFrame, type ImprovFrame, improvReader } from "../../src/improv.ts";
import { ManualClock } from "../support/port/ports.ts";

interface Incoming {
  readonly name: string;
  readonly chunks: readonly string[];
  readonly frames: readonly object[];
  readonly text: string;
  readonly textIsHex?: boolean;
  readonly badFrames: number;
  readonly pendingBytes: number;
}

interface Outgoing {
  readonly name: string;
  readonly command: number;
  readonly bytes: string;
}

const { incoming, outgoing } = JSON.parse(
  readFileSync(new URL("../fixtures/web/improv/frames.json", import.meta.url), "utf8"),
) as { readonly incoming: readonly Incoming[]; readonly outgoing: readonly Outgoing[] };

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** What a reader makes of these pieces, before and after nothing more comes. */
function read(chunks: readonly Uint8Array[]): Record<string, unknown> {
  const frames: ImprovFrame[] = [];
  const text: Uint8Array[] = [];
  const reader = improvReader(
    { frame: (frame) => frames.push(frame), text: (bytes) => text.push(bytes) },
    { clock: new ManualClock() },
  );
  for (const chunk of chunks) reader.push(chunk);
  const { pendingBytes, badFrames } = reader;
  return { frames, text: hex(Buffer.concat(text)), badFrames, pendingBytes };
}

const expected = ({ frames, text, textIsHex, badFrames, pendingBytes }: Incoming): object => ({
  frames,
  text: textIsHex === true ? text : hex(Buffer.from(text)),
  badFrames,
  pendingBytes,
});

describe("Improv frames that arrive", () => {
  it("are there", () => expect([incoming.length, outgoing.length]).toEqual([32, 12]));

  it.each(incoming)("$name", (one) => {
    expect(read(one.chunks.map((chunk) => Buffer.from(chunk, "hex")))).toEqual(expected(one));
  });

  it.each(incoming)("in pieces of any size: $name", (one) => {
    const bytes = Buffer.from(one.chunks.join(""), "hex");
    for (let size = 1; size < bytes.length; size++) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      expect(read(pieces), `${size} bytes at a time`).toEqual(expected(one));
    }
  });
});

describe("Improv frames that are sent", () => {
  it.each(outgoing)("$name", ({ command, bytes }) => {
    const whole = Buffer.from(bytes, "hex");
    const payload = whole.subarray(11, -2);
    expect(hex(encodeImprovFrame({ type: "command", command, payload }))).toBe(bytes);
  });

  it("can be read back, each kind", () => {
    const frames = incoming.flatMap((one) => one.frames as ImprovFrame[]);
    expect(frames.length).toBeGreaterThan(20);
    for (const frame of frames) {
      if (frame.type === "malformed") throw new Error("none of these is");
      expect(read([encodeImprovFrame(frame)])).toMatchObject({ frames: [frame], text: "" });
    }
  });
});
