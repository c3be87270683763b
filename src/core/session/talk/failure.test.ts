import { afterEach, describe, expect, it, vi } from "vitest";
import { failure } from "./failure.ts";

afterEach(() => void vi.doUnmock("./failure-words.ts"));

const fails = () =>
  failure("session.baud-failed", "rate-lost", { refused: 921_600, before: 115_200 }, { remedies: ["lower-baud-rate"] });
const facts = { code: "session.baud-failed", remedies: ["lower-baud-rate"] };

describe("why work with a chip came to its end", () => {
  it("is told in words", async () => {
    expect(await fails()).toMatchObject({
      ...facts,
      message: "The chip does not answer at 921600 baud, nor at 115200 any more.",
      hint: "Use a lower baud rate; 115200 worked for connecting.",
    });
  });

  it("is told without them where they cannot be loaded", async () => {
    vi.doMock("./failure-words.ts", () => {
      throw new Error("no network");
    });
    expect(await fails()).toMatchObject({
      ...facts,
      message: "Why this failed could not be looked up: rate-lost.",
      hint: undefined,
    });
  });
});
