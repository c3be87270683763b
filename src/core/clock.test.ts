import { afterEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "./clock.ts";
import { host } from "./host.ts";

afterEach(() => void vi.restoreAllMocks());

describe("the system's clock", () => {
  it("calls back at once where the moment is past: Node warns of negative times", async () => {
    const asked = vi.spyOn(host, "setTimeout");
    await new Promise<void>((resolve) => void systemClock.after(-0.4, resolve));
    expect(asked.mock.calls.map(([, ms]) => ms)).toEqual([0]);
  });
});
