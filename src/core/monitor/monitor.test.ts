import { describe, expect, it } from "vitest";
import { codeOf, FakePort, ManualClock, until } from "../../../test/support/port/ports.ts";
import { EspError } from "../errors.ts";
import type { PortSink } from "../port/port.ts";
import { monitorLines } from "./line-stream.ts";
import { type MonitorEvent, monitor } from "./monitor.ts";

class SpeakingPort extends FakePort {
  override readonly clock: ManualClock = new ManualClock();
  /** While it is set, the port cannot be opened. */
  failure: EspError | null = null;
  hangs = false;
  #refuse: (error: EspError) => void = () => {};
  override async open(options: { baudRate: number }, sink: PortSink): Promise<void> {
    if (this.failure !== null) throw this.failure;
    if (this.hangs)
      await new Promise<void>((_resolve, reject) => {
        this.#refuse = reject;
      });
    await super.open(options, sink);
  }
  override async close(): Promise<void> {
    this.#refuse(new EspError("port.closed", "Closed."));
    await super.close();
  }
  say(text: string): void {
    this.receive(...new TextEncoder().encode(text));
  }
}

describe("monitor", () => {
  it("tells lines, pieces and remarks, and writes", async () => {
    const port = new SpeakingPort();
    const told: unknown[] = [];
    const running = await monitor(port, {
      baudRate: 74880,
      onLine: ({ text }) => told.push(text),
      onPiece: ({ text }) => told.push([text]),
      onEvent: (event) => told.push(event),
      processors: [({ text }) => (text === "two" ? ["second"] : [])],
    });
    port.say("one\r\ntwo\n");
    expect(told).toEqual([["one"], "one", ["two"], "two", { type: "remark", text: "second" }]);
    expect(await running.write(Uint8Array.of(1, 2))).toBe(true);
    expect(port.written).toEqual([1, 2]);
    await running.close();
    expect(port.log).toEqual(["open 74880", "lines 00", "write 2", "close"]);
  });

  it("takes out of the stream what a stage takes, and shows what it lets through, to the end", async () => {
    const port = new SpeakingPort();
    const lines: string[] = [];
    const taken: number[] = [];
    const running = await monitor(port, {
      onLine: ({ text }) => lines.push(text),
      through: (next) => ({
        push: (bytes) => {
          taken.push(bytes.length);
          next(bytes.filter((byte) => byte !== 0x21));
        },
        flush: () => next(new TextEncoder().encode("last")),
      }),
    });
    port.say("o!ne\ntw");
    await running.close();
    expect([lines, taken]).toEqual([["one", "twlast"], [7]]);
  });

  it("refuses a stage that is none", async () => {
    expect(await codeOf(monitor(new SpeakingPort(), { through: () => ({}) as never }))).toBe("argument.invalid");
  });

  it("ends by its signal without an error, and tells the line that was begun", async () => {
    const port = new SpeakingPort();
    const stop = new AbortController();
    const lines: unknown[] = [];
    const running = await monitor(port, {
      signal: stop.signal,
      onLine: ({ text, complete }) => lines.push([text, complete]),
    });
    port.say("half");
    stop.abort();
    expect(await running.ended).toBeNull();
    expect(lines).toEqual([["half", false]]);
    expect(port.sink).toBeNull();
    expect(await running.write(Uint8Array.of(1))).toBe(false);
    await Promise.all([running.close(), running.close()]);
  });

  it("is stopped before and while it opens, and leaves nothing open", async () => {
    const port = new SpeakingPort();
    expect(await codeOf(monitor(port, { signal: AbortSignal.abort() }))).toBe("operation.aborted");
    expect(port.log).toEqual([]);
    port.hangs = true;
    const stop = new AbortController();
    const opening = codeOf(monitor(port, { signal: stop.signal }));
    await Promise.resolve();
    stop.abort();
    expect(await opening).toBe("operation.aborted");
    expect(port.sink).toBeNull();
  });

  it("is closed when it is disposed of", async () => {
    const port = new SpeakingPort();
    const running = await monitor(port);
    await running[Symbol.asyncDispose]();
    expect(port.log.at(-1)).toBe("close");
    expect(await running.ended).toBeNull();
  });

  it("resets when it is told to, and is closed again where it cannot", async () => {
    const port = new SpeakingPort();
    const steps = [
      { dtr: false, rts: true },
      { dtr: false, rts: false },
    ];
    const running = await monitor(port, { reset: { name: "a reset", steps } });
    expect(port.log.slice(1)).toEqual(["lines 00", "lines 01", "lines 00"]);
    expect(await running.reset({ name: "another", steps: [{ dtr: true, rts: false }] })).toBe(true);
    expect(port.log.at(-1)).toBe("lines 10");
    await running.close();
    const lineless = new SpeakingPort();
    lineless.capabilities = { lines: false, atomicLines: false, baud: true };
    expect(await codeOf(monitor(lineless, { reset: true }))).toBe("port.lines-unsupported");
    expect(lineless.sink).toBeNull();
  });

  it("says why it does not open", async () => {
    const port = new SpeakingPort();
    port.failure = new EspError("port.busy", "Busy.");
    expect(await codeOf(monitor(port))).toBe("port.busy");
  });

  it("waits for a device that is lost", async () => {
    const port = new SpeakingPort();
    const events: string[] = [];
    const lines: string[] = [];
    const running = await monitor(port, {
      onLine: ({ text }) => lines.push(text),
      onEvent: ({ type }) => events.push(type),
    });
    port.say("before");
    port.lose();
    expect(events).toEqual(["lost"]);
    await until(() => {
      port.clock.pass(500);
      return port.sink !== null;
    });
    port.say("after\n");
    await until(() => events.includes("back"));
    port.say("more\n");
    expect(lines).toContain("before");
    expect(lines.at(-1)).toBe("more");
    await running.close();
  });

  it("ends with the loss where it is not to come back", async () => {
    const port = new SpeakingPort();
    const running = await monitor(port, { reconnect: false });
    port.lose();
    expect((await running.ended)?.code).toBe("port.lost");
  });

  it("goes on when what it calls throws, and says so once", async () => {
    const port = new SpeakingPort();
    const events: MonitorEvent[] = [];
    const running = await monitor(port, {
      onLine: () => {
        throw new Error("no");
      },
      onPiece: () => Promise.reject(new Error("no")) as never,
      onEvent: (event) => {
        events.push(event);
        throw new Error("no");
      },
    });
    port.say("one\ntwo\n");
    await until(() => events.length > 0);
    expect(events.map((event) => event.type === "failed" && event.error.code)).toEqual(["listener.failed"]);
    await running.close();
  });
});

describe("monitorLines", () => {
  it("opens when it is asked, gives each line, and closes when the loop is left", async () => {
    const port = new SpeakingPort();
    const lines = monitorLines(port);
    expect(port.log).toEqual([]);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { text } of lines) {
        seen.push(text);
        if (text === "three") break;
      }
    })();
    await until(() => port.sink !== null && port.log.includes("lines 00"));
    port.say("one\ntwo\nthree\nfour\n");
    await reading;
    expect(seen).toEqual(["one", "two", "three"]);
    expect(port.sink).toBeNull();
  });

  it("ends with the signal, after what was said by then", async () => {
    const port = new SpeakingPort();
    const stop = new AbortController();
    const lines = monitorLines(port, { signal: stop.signal });
    const first = lines.next();
    await until(() => port.log.includes("lines 00"));
    port.say("one\ntwo\nhalf");
    expect((await first).value?.text).toBe("one");
    stop.abort();
    expect((await lines.next()).value?.text).toBe("two");
    expect((await lines.next()).value).toMatchObject({ text: "half", complete: false });
    expect((await lines.next()).done).toBe(true);
    expect((await monitorLines(port, { signal: stop.signal }).next()).done).toBe(true);
  });

  it("throws the loss where the device is not waited for", async () => {
    const port = new SpeakingPort();
    const lines = monitorLines(port, { reconnect: false });
    const first = lines.next();
    await until(() => port.log.includes("lines 00"));
    port.say("one\n");
    await first;
    port.lose();
    expect(await codeOf(lines.next())).toBe("port.lost");
  });

  it("keeps no more than so many lines, and tells how many are lost", async () => {
    const port = new SpeakingPort();
    const events: MonitorEvent[] = [];
    const lines = monitorLines(port, { mostWaiting: 3, onEvent: (event) => events.push(event) });
    const first = lines.next();
    await until(() => port.log.includes("lines 00"));
    port.say("0\n");
    await first;
    for (let index = 1; index <= 10; index++) port.say(`${index}\n`);
    expect((await lines.next()).value?.text).toBe("8");
    expect(events).toEqual([{ type: "dropped", count: 7 }]);
    await lines.return();
  });
});
