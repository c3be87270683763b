import { describe, expect, it } from "vitest";
import { NO_MEMORY, shieldMemory, temporaryMemory } from "./host-memory.ts";

const one = Uint8Array.of(1);

describe("temporaryMemory", () => {
  it("gives back copies of what was kept last, by topic and key", async () => {
    const memory = temporaryMemory();
    const bytes = Uint8Array.of(1, 2);
    await memory.keep("rates", "a", bytes);
    bytes[0] = 9;
    const found = await memory.recall("rates", "a");
    expect(found).toEqual(Uint8Array.of(1, 2));
    found?.fill(7);
    expect(await memory.recall("rates", "a")).toEqual(Uint8Array.of(1, 2));
    expect(await memory.recall("resets", "a")).toBeUndefined();
    await memory.keep("rates", "a", new Uint8Array(0));
    expect(await memory.recall("rates", "a")).toBeUndefined();
  });

  it("is bounded: what was kept longest ago goes", async () => {
    const memory = temporaryMemory();
    for (let index = 0; index < 1000; index++) await memory.keep("rates", `${index}`, one);
    await memory.keep("rates", "0", one);
    await memory.keep("rates", "more", one);
    expect(await memory.recall("rates", "0")).toEqual(one);
    expect(await memory.recall("rates", "1")).toBeUndefined();
    expect(await memory.recall("rates", "2")).toEqual(one);
  });

  it("refuses what is no word", async () => {
    await expect(temporaryMemory().keep("../rates", "a", one)).rejects.toMatchObject({ code: "argument.invalid" });
  });
});

describe("shieldMemory", () => {
  it("makes nothing of a memory that fails, and of what is no bytes", async () => {
    const fails = { recall: () => Promise.reject(new Error("no")), keep: () => Promise.reject(new Error("no")) };
    const throws = {
      recall: () => {
        throw new Error("no");
      },
      keep: () => {
        throw new Error("no");
      },
    };
    const wrong = { recall: async () => "text" as never, keep: async () => {} };
    for (const memory of [fails, throws, wrong, undefined, NO_MEMORY]) {
      const shielded = shieldMemory(memory);
      expect(await shielded.recall("rates", "a")).toBeUndefined();
      await shielded.keep("rates", "a", one);
    }
  });

  it("hands on what a memory holds", async () => {
    const memory = shieldMemory(temporaryMemory());
    await memory.keep("rates", "a", one);
    expect(await memory.recall("rates", "a")).toEqual(one);
  });
});
