import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../virtual/time/virtual-clock.ts";
import { baudRateHint } from "./baud-rate-hint.ts";
import type { LineProcessor, MonitorLine } from "./line.ts";
import { monitorPipeline } from "./monitor-pipeline.ts";

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

function bench(view: "text" | "hex", processors: readonly LineProcessor[] = []) {
  const clock = createVirtualClock();
  clock.pause();
  const said: string[] = [];
  const lines: MonitorLine[] = [];
  const pipeline = monitorPipeline({
    clock,
    view,
    processors,
    sink: {
      piece: () => {},
      line: (line) => {
        lines.push(line);
        said.push(line.text);
      },
      remark: (text) => said.push(`# ${text}`),
    },
  });
  return { clock, pipeline, said, lines };
}

describe("processors", () => {
  it("see every line in order, and their remarks follow it", () => {
    const seen: string[] = [];
    const { pipeline, said } = bench("text", [
      ({ text }) => (text.startsWith("Backtrace:") ? ["app_main at main.c:1", "and more"] : []),
      ({ text }) => {
        seen.push(text);
        return [];
      },
    ]);
    pipeline.push(utf8("a\nBacktrace: 0x4000\nb\n"));
    expect(said).toEqual(["a", "Backtrace: 0x4000", "# app_main at main.c:1", "# and more", "b"]);
    expect(seen).toEqual(["a", "Backtrace: 0x4000", "b"]);
  });

  it("tell of a baud rate that seems wrong once, at the third undecodable line", () => {
    const { pipeline, said } = bench("text", [baudRateHint(115_200)]);
    const garbage = Uint8Array.of(0xff, 0x0a);
    pipeline.push(garbage);
    pipeline.push(utf8("fine\n"));
    pipeline.push(garbage);
    expect(said.filter((text) => text.startsWith("#"))).toEqual([]);
    for (let index = 0; index < 9; index++) pipeline.push(garbage);
    expect(said.filter((text) => text.startsWith("#"))).toHaveLength(1);
    expect(said[3]).toBe("\ufffd");
    expect(said[4]).toContain("115200");
  });
});

describe("the hex view", () => {
  it("has rows of sixteen bytes, and shows the rest after a while", () => {
    const { clock, pipeline, said, lines } = bench("hex");
    pipeline.push(utf8("Hello, binary wo"));
    pipeline.push(Uint8Array.of(0x00, 0xff, 0x0a));
    clock.advanceBy(99);
    expect(said).toEqual(["00000000  48 65 6c 6c 6f 2c 20 62  69 6e 61 72 79 20 77 6f  |Hello, binary wo|"]);
    clock.advanceBy(1);
    expect(said[1]).toBe("00000010  00 ff 0a                                          |...|");
    pipeline.push(Uint8Array.of(0x41));
    pipeline.flush();
    pipeline.flush();
    expect(said[2]).toMatch(/^00000013 {2}41 /);
    expect(said).toHaveLength(3);
    expect([...(lines[1]?.bytes ?? [])]).toEqual([0, 0xff, 0x0a]);
  });
});
