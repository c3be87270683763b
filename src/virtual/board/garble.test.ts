import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ratesAgree, receivedAt } from "./garble.ts";

const text = new TextEncoder().encode(" ets Jan  8 2013,rst cause:1, boot mode:(1,6)\r\n");

describe("bytes at another baud rate", () => {
  it.each([
    [115200, 115200],
    [115200, 117000],
    [115200, 112000],
    [74880, 74000],
  ])("come through from %i to %i", (sender, receiver) => {
    expect(ratesAgree(sender, receiver)).toBe(true);
    expect(receivedAt(text, sender, receiver)).toEqual(text);
  });

  it.each([
    [115200, 119500],
    [115200, 110500],
    [74880, 115200],
    [115200, 74880],
    [115200, 921600],
    [921600, 115200],
    [9600, 115200],
  ])("are garbage from %i to %i, the same every time", (sender, receiver) => {
    const received = receivedAt(text, sender, receiver);
    expect(received).not.toEqual(text);
    expect(receivedAt(text, sender, receiver)).toEqual(received);
  });

  it("give about as many bytes as the receiver has time for", () => {
    expect(receivedAt(text, 9600, 115200).length).toBeGreaterThan(text.length);
    expect(receivedAt(text, 921600, 115200).length).toBeLessThan(text.length);
  });

  it("end for any bytes and rates", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.integer({ min: 300, max: 4_000_000 }),
        fc.integer({ min: 300, max: 4_000_000 }),
        (bytes, sender, receiver) => {
          const most = Math.max(bytes.length, Math.ceil((bytes.length * 10 * receiver) / sender / 9) + 1);
          expect(receivedAt(bytes, sender, receiver).length).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
