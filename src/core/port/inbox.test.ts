import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../virtual/time/virtual-clock.ts";
import { Deadline } from "../clock.ts";
import { EspError } from "../errors.ts";
import { Inbox } from "./inbox.ts";

const inbox = () => {
  const clock = createVirtualClock();
  return { clock, box: new Inbox(clock) };
};

describe("the inbox", () => {
  it("keeps what comes while nobody waits", async () => {
    const { clock, box } = inbox();
    box.data(Uint8Array.of(1));
    box.data(Uint8Array.of(2, 3));
    expect(await box.wait(new Deadline(clock, 10))).toBe(true);
    expect(box.take()).toEqual([Uint8Array.of(1), Uint8Array.of(2, 3)]);
    expect(box.take()).toEqual([]);
    expect(box.received).toBe(3);
  });

  it("loses nothing when waiting ends as bytes come", async () => {
    const { clock, box } = inbox();
    for (let ms = 1; ms <= 50; ms++) clock.after(ms, () => box.data(Uint8Array.of(ms)));
    const seen: number[] = [];
    while (clock.now() < 60) {
      await box.wait(new Deadline(clock, 1));
      for (const chunk of box.take()) seen.push(...chunk);
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it("has deadlines that pass", async () => {
    const { clock, box } = inbox();
    expect(await box.wait(new Deadline(clock, 10))).toBe(false);
    expect(clock.now()).toBe(10);
  });

  it("hands out what came before the loss, then the loss", async () => {
    const { clock, box } = inbox();
    box.data(Uint8Array.of(1));
    box.lost(new EspError("port.lost", "Gone."));
    expect(await box.wait(new Deadline(clock, 10))).toBe(true);
    box.take();
    await expect(box.wait(new Deadline(clock, 10))).rejects.toMatchObject({ code: "port.lost" });
    box.reset();
    expect(box.lostBecause).toBeNull();
  });
});
