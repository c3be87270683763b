import { describe, expect, it } from "vitest";
import { temporaryMemory } from "./host-memory.ts";

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
