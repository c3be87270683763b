import { afterEach, describe, expect, it, vi } from "vitest";
import { host } from "./host.ts";
import { loadWords } from "./load-part.ts";

afterEach(() => void vi.restoreAllMocks());

describe("words for an error", () => {
  it("are those of the part", async () => {
    expect(await loadWords(async () => "words")).toBe("words");
  });

  it("are done without where they cannot be loaded", async () => {
    expect(await loadWords(() => Promise.reject(new Error("no network")))).toBeNull();
  });

  it("are not waited for without end", async () => {
    const asked: number[] = [];
    vi.spyOn(host, "setTimeout").mockImplementation((callback, ms) => {
      asked.push(ms);
      queueMicrotask(callback);
      return 0;
    });
    expect(await loadWords(() => new Promise<string>(() => {}))).toBeNull();
    expect(asked).toEqual([2000]);
  });
});
