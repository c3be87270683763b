import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../virtual/time/virtual-clock.ts";
import type { LinePiece, MonitorLine } from "./line.ts";
import { LineAssembler, LONGEST_LINE_BYTES } from "./line-assembler.ts";
import { incompleteTail } from "./utf8-tail.ts";

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

function bench() {
  const clock = createVirtualClock();
  const pieces: LinePiece[] = [];
  const lines: MonitorLine[] = [];
  const assembler = new LineAssembler(clock, {
    piece: (piece) => pieces.push(piece),
    line: (line) => lines.push(line),
  });
  // Time passes only by `advanceBy`.
  clock.pause();
  /** As a screen would look. */
  const shown = (): string => pieces.map(({ text, ends }) => text + (ends ? "\n" : "")).join("");
  return { clock, assembler, pieces, lines, shown, texts: () => lines.map(({ text }) => text) };
}

describe("lines", () => {
  it("end with a line feed, with or without a carriage return before it", () => {
    const { assembler, texts, shown } = bench();
    assembler.push(utf8("one\r\ntwo\n\nfo"));
    assembler.push(utf8("ur\r"));
    assembler.push(utf8("\n"));
    expect(texts()).toEqual(["one", "two", "", "four"]);
    expect(shown()).toBe("one\ntwo\n\nfour\n");
  });

  it("carry the time of their first byte", () => {
    const { clock, assembler, lines } = bench();
    clock.advanceBy(7);
    assembler.push(utf8("a"));
    clock.advanceBy(50);
    assembler.push(utf8("b\nc"));
    clock.advanceBy(3);
    assembler.push(utf8("\n"));
    expect(lines.map(({ atMs }) => atMs)).toEqual([7, 57]);
  });

  it("are shown unfinished after a tenth of a second, a steady trickle as well", () => {
    const { clock, assembler, pieces, texts } = bench();
    assembler.push(utf8("> "));
    clock.advanceBy(99);
    expect(pieces).toEqual([]);
    clock.advanceBy(1);
    expect(pieces).toEqual([{ text: "> ", starts: true, ends: false, atMs: 0 }]);
    for (const dot of "....") {
      assembler.push(utf8(dot));
      clock.advanceBy(60);
    }
    expect(pieces.length).toBeGreaterThan(1);
    assembler.push(utf8(" done\r\n"));
    expect(pieces.filter(({ starts }) => starts)).toHaveLength(1);
    expect(pieces.map(({ text }) => text).join("")).toBe("> .... done");
    expect(texts()).toEqual(["> .... done"]);
  });

  it("never show half a character or the carriage return of a line's end", () => {
    const { clock, assembler, pieces } = bench();
    const bytes = utf8("5 €");
    assembler.push(bytes.subarray(0, 3));
    clock.advanceBy(200);
    expect(pieces.map(({ text }) => text)).toEqual(["5 "]);
    assembler.push(bytes.subarray(3));
    assembler.push(utf8("\r"));
    clock.advanceBy(200);
    assembler.push(utf8("\n"));
    expect(pieces.map(({ text }) => text)).toEqual(["5 ", "€", ""]);
  });

  it("that grow too long are cut, between characters", () => {
    const { assembler, lines, shown } = bench();
    const text = `${"x".repeat(LONGEST_LINE_BYTES - 1)}€ and more`;
    assembler.push(utf8(`${text}\nnext\n`));
    expect(lines.map(({ complete }) => complete)).toEqual([false, true, true]);
    expect(lines.map((line) => line.text)).toEqual(["x".repeat(LONGEST_LINE_BYTES - 1), "€ and more", "next"]);
    expect(shown()).toBe(`${text}\nnext\n`);
  });

  it("are delivered at the end, as incomplete", () => {
    const { clock, assembler, lines, shown } = bench();
    assembler.flush();
    expect(lines).toEqual([]);
    assembler.push(Uint8Array.of(0x61, 0xe2, 0x82));
    assembler.flush();
    assembler.flush();
    expect(lines).toMatchObject([{ text: "a\ufffd", complete: false }]);
    clock.advanceBy(1000);
    expect(shown()).toBe("a\ufffd\n");
  });

  it("are the same however the bytes are cut and whatever they are", () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => utf8(`${text}\r\n`)),
    );
    const reads = fc.array(fc.tuple(chunk, fc.integer({ min: 0, max: 150 })), { maxLength: 20 });
    fc.assert(
      fc.property(reads, (chunks) => {
        const cut = bench();
        const whole = bench();
        const all = Uint8Array.from(chunks.flatMap(([bytes]) => [...bytes]));
        for (const [bytes, ms] of chunks) {
          cut.assembler.push(bytes);
          cut.clock.advanceBy(ms);
        }
        whole.assembler.push(all);
        cut.assembler.flush();
        whole.assembler.flush();
        expect(cut.lines.map(({ bytes }) => [...bytes])).toEqual(whole.lines.map(({ bytes }) => [...bytes]));
        // Shown in pieces or at once, what is UTF-8 reads the same; a byte order mark is not text.
        const isText = !whole.shown().includes("\ufffd") && !whole.shown().includes("\ufeff");
        if (isText) expect(cut.shown()).toBe(whole.shown());
      }),
      { numRuns: 200 },
    );
  });
});

describe("the tail of UTF-8", () => {
  it.each([
    [[], 0],
    [[0x61], 0],
    [[0xc3], 1],
    [[0xc3, 0xa9], 0],
    [[0x61, 0xe2], 1],
    [[0xe2, 0x82], 2],
    [[0xe2, 0x82, 0xac], 0],
    [[0xf0, 0x9f, 0x98], 3],
    [[0xf0, 0x9f, 0x98, 0x80], 0],
    // No beginning of anything: nothing to wait for.
    [[0xff], 0],
    [[0xc0], 0],
    [[0x82, 0x82, 0x82], 0],
    [[0xc3, 0xa9, 0xa9], 0],
  ])("of %j is %i bytes long", (bytes, length) => {
    expect(incompleteTail(Uint8Array.from(bytes))).toBe(length);
  });
});
