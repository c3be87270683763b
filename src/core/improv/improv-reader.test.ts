import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../test/support/port/ports.ts";
import { encodeImprovFrame } from "./encode-frame.ts";
import { improvReader } from "./improv-reader.ts";

const ascii = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const READY = encodeImprovFrame({ type: "state", value: 2 });

function bench(): {
  readonly clock: ManualClock;
  readonly heard: string[];
  readonly reader: ReturnType<typeof improvReader>;
} {
  const clock = new ManualClock();
  const heard: string[] = [];
  const reader = improvReader(
    {
      frame: (frame) => heard.push(`<${frame.type}>`),
      text: (bytes) => heard.push(new TextDecoder().decode(bytes)),
    },
    { clock },
  );
  return { clock, heard, reader };
}

describe("improvReader", () => {
  it("shows what began like a frame and does not go on, after half a second", () => {
    const { clock, heard, reader } = bench();
    reader.push(ascii("login: I"));
    expect([heard.join(""), reader.pendingBytes]).toEqual(["login: ", 1]);
    clock.pass(499);
    expect(heard.join("")).toBe("login: ");
    clock.pass(1);
    expect([heard.join(""), reader.pendingBytes]).toEqual(["login: I", 0]);
  });

  it("finds the frame that stands in one that was cut off", () => {
    const { clock, heard, reader } = bench();
    reader.push(Uint8Array.of(...ascii("IMPROV"), 1, 4, 255, 1));
    reader.push(READY);
    expect(heard).toEqual([]);
    clock.pass(500);
    expect(heard.filter((entry) => entry.startsWith("<"))).toEqual(["<state>"]);
  });

  it("holds nothing back once it is flushed, and finds a frame there", () => {
    const { heard, reader } = bench();
    reader.push(Uint8Array.of(...ascii("IMPROV"), 1, 4, 255, 1, ...READY, ...ascii("IMP")));
    reader.flush();
    expect(reader.pendingBytes).toBe(0);
    expect(heard.filter((entry) => entry.startsWith("<"))).toEqual(["<state>"]);
    expect(heard.join("")).toMatch(/IMP$/);
  });

  it("takes one newline behind a frame, and no more", () => {
    const { heard, reader } = bench();
    reader.push(READY.subarray(0, -1));
    reader.push(ascii("\n"));
    reader.push(ascii("\nx"));
    expect(heard).toEqual(["<state>", "\nx"]);
  });

  it("tells a frame whose inside has no form, and reads the next", () => {
    const { heard, reader } = bench();
    const empty = Uint8Array.of(...ascii("IMPROV"), 1, 1, 0);
    reader.push(
      Uint8Array.of(
        ...empty,
        empty.reduce((sum, byte) => (sum + byte) & 0xff, 0),
        ...READY,
      ),
    );
    expect(heard).toEqual(["<malformed>", "<state>"]);
  });

  it("goes on when a listener throws", () => {
    const heard: string[] = [];
    const reader = improvReader({
      frame: () => {
        throw new Error("no");
      },
      text: (bytes) => heard.push(new TextDecoder().decode(bytes)),
    });
    reader.push(Uint8Array.of(...READY, ...ascii("on\n")));
    expect(heard).toEqual(["on\n"]);
  });
});
