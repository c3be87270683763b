import { describe, expect, it } from "vitest";
import { virtualChip } from "../../virtual/virtual-chip.ts";
import { ReconnectingPort } from "./reconnecting-port.ts";

describe("a port that comes back", () => {
  it.each([
    ["throws", (): never => fail()],
    ["rejects", async (): Promise<never> => fail()],
  ])("does so whatever its listener does, also one that %s", async (_how, no) => {
    const chip = virtualChip("esp32c3", { appText: "hello\r\n", appEveryMs: 100 });
    const called: string[] = [];
    const failed: string[] = [];
    const say = (what: string) => (): unknown => {
      called.push(what);
      return no();
    };
    const port = new ReconnectingPort(chip.port, {
      baudRate: 115_200,
      listener: {
        data: say("data"),
        lost: say("lost"),
        waiting: say("waiting"),
        back: say("back"),
        failed: ({ code }) => {
          failed.push(code);
          return no();
        },
      },
    });
    const wait = (ms: number): Promise<void> => new Promise((resolve) => chip.clock.after(ms, resolve));
    await port.open();
    await wait(2000);
    chip.unplug();
    await wait(2000);
    chip.replug();
    await wait(3000);
    expect(port.isOpen).toBe(true);
    expect(new Set(called)).toEqual(new Set(["data", "lost", "waiting", "back"]));
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(failed).toEqual(["listener.failed"]);
    await port.close();
  });
});

function fail(): never {
  throw new Error("no");
}
