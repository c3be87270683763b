import { afterEach, describe, expect, it, vi } from "vitest";
import type { EventBody } from "../../events.ts";
import { tellUnusual } from "./tell-unusual.ts";

afterEach(() => void vi.doUnmock("./unusual-words.ts"));

async function told(): Promise<EventBody[]> {
  const events: EventBody[] = [];
  await tellUnusual((body) => events.push(body), "warning", "baud.fallback", { refused: 921_600, kept: 115_200 });
  return events;
}

const facts = { type: "warning", code: "baud.fallback", details: { refused: 921_600, kept: 115_200 } };

describe("what is not as usual", () => {
  it("is told in words", async () => {
    expect(await told()).toEqual([
      { ...facts, message: "The line does not work at 921600 baud. Keeping initial baud rate 115200." },
    ]);
  });

  it("is told without them where they cannot be loaded", async () => {
    vi.doMock("./unusual-words.ts", () => {
      throw new Error("no network");
    });
    expect(await told()).toEqual([{ ...facts, message: "The words for 'baud.fallback' could not be loaded." }]);
  });
});
