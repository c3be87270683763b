import { describe, expect, it } from "vitest";
import { checkBytes } from "../../check/bytes.ts";
import { NO_MEMORY, temporaryMemory } from "../../host-memory.ts";
import { shieldMemory } from "./shield-memory.ts";

const one = Uint8Array.of(1);

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
    for (const memory of [fails, throws, wrong, NO_MEMORY]) {
      const shielded = shieldMemory(memory, checkBytes);
      expect(await shielded.recall("rates", "a")).toBeUndefined();
      await shielded.keep("rates", "a", one);
    }
  });

  it("hands on what a memory holds", async () => {
    const memory = shieldMemory(temporaryMemory(), checkBytes);
    await memory.keep("rates", "a", one);
    expect(await memory.recall("rates", "a")).toEqual(one);
  });
});
