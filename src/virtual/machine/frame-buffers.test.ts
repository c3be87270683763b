import { expect, test } from "vitest";
import { concatBytes } from "../../core/bytes/words.ts";
import { slipEncode } from "../../core/wire/slip.ts";
import { FRAME_BUFFER, FrameBuffers } from "./frame-buffers.ts";

function started(): { buffers: FrameBuffers; wakes: () => number } {
  let wakes = 0;
  const buffers = new FrameBuffers(
    () => undefined,
    () => wakes++,
  );
  buffers.reset();
  return { buffers, wakes: () => wakes };
}

const frame = (value: number, length = 12): Uint8Array => slipEncode(new Uint8Array(length).fill(value));

test("one frame is received while another is being processed, and no third", () => {
  const { buffers } = started();
  buffers.receive(frame(1));
  expect(buffers.poll()?.[0]).toBe(1);
  buffers.receive(concatBytes([frame(2), frame(3)]));
  buffers.release();
  expect(buffers.poll()?.[0]).toBe(2);
  buffers.release();
  expect(buffers.poll()).toBeNull();
});

test("a frame that waits for the poll keeps the other buffer from being armed", () => {
  const { buffers, wakes } = started();
  buffers.receive(frame(1));
  buffers.receive(frame(2));
  expect(wakes()).toBe(1);
  expect(buffers.poll()?.[0]).toBe(1);
  buffers.release();
  expect(buffers.poll()).toBeNull();
});

test("a frame of which the beginning came unarmed turns frames and gaps round; a wrong escape turns them back", () => {
  const { buffers } = started();
  buffers.receive(concatBytes([frame(1), frame(2).subarray(0, 5)]));
  buffers.poll();
  buffers.release();
  buffers.receive(frame(2).subarray(5));
  for (let round = 0; round < 4; round++) {
    buffers.receive(frame(3));
    expect(buffers.poll()).toBeNull();
  }
  buffers.receive(Uint8Array.of(0xdb, 0));
  expect(buffers.poll()).toBe("broken");
  buffers.release();
  buffers.receive(frame(4));
  expect(buffers.poll()?.[0]).toBe(4);
});

test("a wrong escape between frames is nothing", () => {
  const { buffers, wakes } = started();
  buffers.receive(Uint8Array.of(0xdb, 0));
  buffers.receive(frame(1));
  expect(wakes()).toBe(1);
  expect(buffers.poll()?.[0]).toBe(1);
});

test("what is too long is broken, and the longest that is not is a frame", () => {
  const { buffers } = started();
  buffers.receive(frame(1, FRAME_BUFFER));
  expect(buffers.poll()).toHaveLength(FRAME_BUFFER);
  buffers.release();
  buffers.receive(frame(2, FRAME_BUFFER + 1));
  expect(buffers.poll()).toBe("broken");
});

test("bytes on the way meet the buffers as they were before the poll", () => {
  const late: Uint8Array[] = [frame(2)];
  const buffers: FrameBuffers = new FrameBuffers(
    () => {
      const bytes = late.shift();
      if (bytes !== undefined) buffers.receive(bytes);
    },
    () => undefined,
  );
  buffers.reset();
  buffers.receive(frame(1));
  expect(buffers.poll()?.[0]).toBe(1);
  buffers.release();
  expect(buffers.poll()).toBeNull();
});
